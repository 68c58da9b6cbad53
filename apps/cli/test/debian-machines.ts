import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { debianRoot } from '@kvm/ci/debian-root';
import { Namespace } from '@kvm/ci/namespace';
import { type CommandResult, startVmHost, type VmHost, type VmHostOptions } from '@kvm/lab';
import { expect } from 'vitest';
import { bundle } from './bundled.ts';
import { patience } from './patience.ts';

/** What a person has there to manage it, and to mount and look at things: the doctor says what it lacks. */
const tools = ['openssh-server', 'e2fsprogs', 'ldap-utils', 'openssl'];

interface NewMachine extends Pick<VmHostOptions, 'memoryMiB'> {
  readonly name: string;
  /** With its prefix length. */
  readonly address: string;
  readonly packages: readonly string[];
  readonly diskBytes?: number;
  /** How many disks it has of that size; their serial numbers are disk0, disk1 and so on. */
  readonly disks?: number;
}

/**
 * Debian machines with systemd on one switch, each a virtual machine, and a laptop there that reaches them as root by ssh, and
 * has kvmctl.
 */
export class DebianMachines implements AsyncDisposable {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'kvmctl-machines-'));
  readonly #laptop: Namespace;
  readonly #machines = new Map<string, VmHost>();
  #number = 0;

  private constructor(laptop: Namespace) {
    this.#laptop = laptop;
  }

  /** @param inventory of the laptop; @param address of the laptop */
  static async open(inventory: string, address: string): Promise<DebianMachines> {
    const laptop = await Namespace.open();
    const machines = new DebianMachines(laptop);
    writeFileSync(machines.file('inventory.yaml'), inventory);
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', machines.file('key')]);
    laptop.sh(`ip link add lan type bridge; ip link set lan up; ip address add ${address} dev lan`);
    const choices = [
      `IdentityFile ${machines.file('key')}`,
      'UserKnownHostsFile /dev/null',
      'StrictHostKeyChecking no',
    ];
    laptop.sh('cat >/etc/ssh/ssh_config', `${choices.join('\n')}\nLogLevel ERROR\n`);
    return machines;
  }

  readonly file = (name: string): string => join(this.folder, name);

  /** Starts a machine with packages that were installed as Debian does it, nothing else, and empty disks of so many bytes. */
  async add({ name, address, packages, diskBytes = 2 ** 26, disks = 1, ...others }: NewMachine): Promise<void> {
    const system = await debianRoot([...tools, ...packages]);
    const plugged = this.#plugIn(name);
    const vm = await startVmHost({
      ...others,
      name,
      disks: Array.from({ length: disks }, () => ({ bytes: diskBytes })),
      system,
      network: {
        namespace: `/proc/${this.#laptop.pid}/ns/net`,
        taps: [{ name: `tap-${name}`, mac: `52:54:00:00:00:${10 + this.#number++}` }],
      },
    });
    this.#machines.set(name, vm);
    await plugged;
    await this.must(
      name,
      `printf '[Match]\\nName=eth0\\n[Network]\\nAddress=${address}\\n' >/etc/systemd/network/eth0.network
      mkdir -p /var/log/journal; systemctl restart systemd-journald; systemctl -q enable --now systemd-networkd
      until ip address show eth0 | grep -qF '${address}'; do sleep 1; done
      install -d -m 700 /root/.ssh; echo '${readFileSync(this.file('key.pub'), 'utf8').trim()}' >/root/.ssh/authorized_keys`,
    );
  }

  /** Has a machine restart by itself, with all that it does before it stops, and waits until it is there again. */
  async reboot(machine: string): Promise<void> {
    const vm = this.#vm(machine);
    const rebooting = vm.exec(['systemctl', 'reboot'], { timeoutMs: patience });
    // The virtual machine ends where a real one would start anew.
    await expect(rebooting.then(() => vm.exec(['sleep', 'infinity'], { timeoutMs: patience }))).rejects.toMatchObject({
      code: 'vm-ended',
    });
    await this.powerCut(machine);
  }

  /** Runs a shell script as root on a machine. */
  sh(machine: string, script: string): Promise<CommandResult> {
    return this.#vm(machine).exec(['sh', '-c', script], { timeoutMs: patience });
  }

  /** Cuts a machine's power and starts it again. */
  async powerCut(machine: string): Promise<void> {
    const vm = this.#vm(machine);
    await vm.powerCut();
    const plugged = this.#plugIn(machine);
    await vm.start();
    await plugged;
  }

  #vm(machine: string): VmHost {
    const vm = this.#machines.get(machine);
    if (vm === undefined) throw new Error(`no machine ${machine}`);
    return vm;
  }

  /** Puts a machine's cable into the switch as soon as there is one. */
  async #plugIn(machine: string): Promise<void> {
    const script = `until ip link set tap-${machine} master lan up 2>/dev/null; do sleep 0.1; done`;
    const { exitCode } = await this.onLaptop('timeout', '300', 'sh', '-c', script);
    if (exitCode !== 0) throw new Error(`${machine} has no cable`);
  }

  /** Runs a shell script that must succeed. @returns what it printed */
  async must(machine: string, script: string): Promise<string> {
    const { exitCode, stdout, stderr } = await this.sh(machine, script);
    if (exitCode !== 0) throw new Error(`${machine}: ${script}\nended with ${exitCode}: ${stderr} ${stdout}`);
    return stdout;
  }

  /** Writes a file on a machine. */
  async put(machine: string, path: string, content: Uint8Array): Promise<void> {
    const { exitCode } = await this.#vm(machine).exec(['sh', '-c', 'cat >"$0"', path], {
      input: content,
      timeoutMs: patience,
    });
    expect(exitCode).toBe(0);
  }

  /** Runs a program on the laptop. */
  onLaptop(...command: readonly string[]): Promise<CommandResult> {
    const [program, words] = this.#laptop.enter(...command);
    const env = { PATH: process.env.PATH, HOME: '/root' };
    return new Promise((resolve) => {
      execFile(program, words, { env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
        resolve({ exitCode: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, stdout, stderr });
      });
    });
  }

  readonly kvmctl = (...words: readonly string[]): Promise<CommandResult> =>
    this.onLaptop(bundle, '-i', this.file('inventory.yaml'), ...words);

  async [Symbol.asyncDispose](): Promise<void> {
    for (const vm of this.#machines.values()) await vm[Symbol.asyncDispose]();
    await this.#laptop.close();
    rmSync(this.folder, { recursive: true });
  }
}
