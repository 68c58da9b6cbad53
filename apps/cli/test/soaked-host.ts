import { type HostState, readState, stateScript } from './host-state.ts';
import { HostWithGroup } from './host-with-group.ts';
import type { PlanJson } from './label-truth.ts';
import { firstInventory, type InventoryModel, runners, textOf } from './soaked-inventory.ts';

/** What the lab has on disks before the first apply: a system for each guest that runs. */
const rooms = `
host: { name: soaked, address: 192.168.100.1/24, initrd: /boot/kvm-lab-initrd.img }
defaults: { memory: 128 MiB, disks: { root: 64 MiB, var: 64 MiB, swap: none } }
guests:
${Object.entries(runners)
  .map(([name, vmid]) => `  ${name}: { vmid: ${vmid} }\n`)
  .join('')}`;

const prepare = `mkdir -p /boot/first /boot/second /srv
for folder in first second; do ln /boot/kvm.current/vmlinuz /boot/$folder/vmlinuz; done
ln /boot/kvm-lab-initrd.img /boot/other-initrd.img
yes image | head -c 4194304 >/srv/image.raw`;

/** A lab's host with 30 guests, and the file that says what it is to be. */
export class SoakedHost implements AsyncDisposable {
  readonly #host: HostWithGroup;
  /** What the file says. */
  model: InventoryModel = firstInventory();

  private constructor(host: HostWithGroup) {
    this.#host = host;
  }

  /** One that is as its file says. */
  static async start(): Promise<SoakedHost> {
    const soaked = new SoakedHost(await HostWithGroup.start(rooms));
    await soaked.must(prepare);
    const wrong = await soaked.mustRun('apply', '--yes');
    if (wrong.length > 0) throw new Error(wrong.join('\n'));
    return soaked;
  }

  readonly must = (script: string) => this.#host.must(script);

  readonly kvmctl = (...words: string[]) => this.#host.host.kvmctl(textOf(this.model), ...words);

  /** @returns what was wrong */
  async mustRun(...words: string[]): Promise<string[]> {
    const { exitCode, stdout, stderr } = await this.kvmctl(...words);
    return exitCode === 0 ? [] : [`${words.join(' ')} ended with ${exitCode}: ${stderr}${stdout}`];
  }

  async plan(): Promise<PlanJson> {
    const { exitCode, stdout, stderr } = await this.kvmctl('plan', '--json');
    if (exitCode !== 0) throw new Error(`plan ended with ${exitCode}: ${stderr}`);
    return JSON.parse(stdout);
  }

  async look(): Promise<HostState> {
    return readState(await this.must(stateScript));
  }

  /** As a person does: a stop and a start, at once. */
  async restart(guests: readonly string[]): Promise<void> {
    await this.must(['set -e', ...guests.map((guest) => `virsh destroy ${guest}; virsh start ${guest}`)].join('\n'));
  }

  /** Gives guests that wait for it a restart. @returns whether there were any */
  async restartWaiting({ waiting }: PlanJson): Promise<boolean> {
    const guests = waiting.flatMap(({ kind, guest }) => (kind === 'restart' && guest !== undefined ? [guest] : []));
    if (guests.length > 0) await this.restart(guests);
    return guests.length > 0;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#host[Symbol.asyncDispose]();
  }
}
