import { dirname } from 'node:path';
import { startVmHost, type VmHost } from '@kvm/lab';
import { kvmctlScript } from './bare-host.ts';
import { bundle } from './bundled.ts';
import { patience } from './patience.ts';
import { prepareHost } from './prepare-host.ts';

/** A host as {@link prepareHost} makes it, in a virtual machine with real device-mapper, and without hardware virtualisation in it. */
export class RealHost implements AsyncDisposable {
  readonly vm: VmHost;

  private constructor(vm: VmHost) {
    this.vm = vm;
  }

  static async start(): Promise<RealHost> {
    const disk = { bytes: 40 * 2 ** 30 };
    const host = new RealHost(await startVmHost({ name: 'vmhost', disks: [disk, disk], share: [dirname(bundle)] }));
    await host.must(prepareHost);
    return host;
  }

  readonly sh = (script: string) => this.vm.exec(['sh', '-c', script], { timeoutMs: patience });

  readonly kvmctl = (text: string, ...words: string[]) => this.sh(kvmctlScript(text, words));

  /** A script that must succeed. @returns what it printed */
  async must(script: string): Promise<string> {
    const { exitCode, stdout, stderr } = await this.sh(script);
    if (exitCode !== 0) throw new Error(`${script}\nended with ${exitCode}: ${stderr}`);
    return stdout;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.vm[Symbol.asyncDispose]();
  }
}
