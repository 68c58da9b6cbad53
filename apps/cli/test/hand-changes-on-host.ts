import { expect } from 'vitest';
import { BareHost, bareInventory, labXml } from './bare-host.ts';
import type { HandChange } from './hand-changes.ts';

const inventory = bareInventory(
  'by-hand',
  `
  public:
    vmid: 65
    disks: { root: 64 MiB, var: 64 MiB, swap: none }${labXml('public')}
  db:
    vmid: 61
    state: stopped
    autostart: false
    disks: { root: 64 MiB, var: none, swap: none }
`,
);

/** A host as its inventory says, on which somebody changes a guest by hand. */
export class ChangedHost {
  readonly #host: BareHost;
  readonly #definition: string;

  private constructor(host: BareHost, definition: string) {
    this.#host = host;
    this.#definition = definition;
  }

  static async start(): Promise<ChangedHost> {
    const host = await BareHost.start(inventory);
    const applied = await host.kvmctl(inventory, 'apply', '--yes');
    expect(applied, applied.stderr).toMatchObject({ exitCode: 0 });
    const { stdout } = await host.sh('virsh dumpxml public --inactive');
    // A device is taken back only by a guest that is up.
    await host.sh('i=0; until ping -c1 -W1 172.16.65.1 || [ $i -gt 60 ]; do i=$((i+1)); sleep 1; done');
    return new ChangedHost(host, stdout);
  }

  readonly #drift = () => this.#host.kvmctl(inventory, 'drift', '--detailed-exitcode');

  readonly #define = (xml: string) =>
    this.#host.sh(`cat >/run/d.xml <<'EOF'\n${xml}\nEOF\nvirsh define --validate /run/d.xml`);

  /** Makes a change, and takes it back. @returns what was wrong: `drift` has to show it, and nothing afterwards */
  async try({ what, shows, script, edit }: HandChange): Promise<string | undefined> {
    const changed = edit?.(this.#definition);
    if (changed === this.#definition) return `${what}: edits nothing of ${this.#definition}`;
    const done = changed === undefined ? await this.#host.sh(`guest=public; ${script}`) : await this.#define(changed);
    if (done.exitCode !== 0) return `${what}: libvirt does not take it: ${done.stderr.trim()}`;
    const found = await this.#drift();
    await this.#define(this.#definition);
    if (edit === undefined) await this.#host.sh('virsh destroy public; virsh start public');
    const after = await this.#drift();
    const isShown = found.exitCode >= 2 && found.stdout.includes(shows);
    if (!isShown) return `${what}: ${shows} is not shown in: ${found.stdout}${found.stderr}`;
    return after.exitCode === 0 ? undefined : `${what}: is still shown afterwards: ${after.stdout}${after.stderr}`;
  }

  /** Tries changes one after the other, and prints how many were right. @returns what was wrong */
  async tryAll(changes: readonly HandChange[]): Promise<readonly string[]> {
    const wrong: string[] = [];
    const before = await this.#drift();
    if (before.exitCode !== 0) return [`before any change: ${before.stdout}${before.stderr}`];
    for (const change of changes) wrong.push(...[await this.try(change)].flatMap((fault) => fault ?? []));
    console.log(`changes by hand: ${changes.length} tried, ${changes.length - wrong.length} right`);
    return wrong;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#host[Symbol.asyncDispose]();
  }
}
