import { dirname } from 'node:path';
import { deriveDesired } from '@kvm/host';
import { parseInventory } from '@kvm/inventory';
import { type Lab, labDown, labExec, labUp, openLab } from '@kvm/lab';
import { expect, vi } from 'vitest';
import { bundle } from './bundled.ts';

/** What makes a guest of the inventory one that boots in the lab, whose machine has no KVM and whose guests an agent. */
export const labXml = (guest: string): string => `
    xml: |
      <domain type='qemu'><devices>
        <channel type='unix'><source mode='bind' path='/run/kvm-lab/${guest}.sock'/>
          <target type='virtio' name='kvm.lab.agent'/></channel>
      </devices></domain>`;

/** An inventory of a host that boots the lab's kernel, with a LAN and a policy. @param name no two labs have the same */
export const bareInventory = (name: string, guests: string): string => `
host: { name: ${name}, address: 192.168.100.1/24, initrd: /boot/kvm-lab-initrd.img }
machines: { hoge: 192.168.100.2 }
defaults: { memory: 128 MiB }
guests:
${guests}
policy:
  - { from: lan, to: guests, service: [ssh, icmp/echo-request] }
  - { from: public, to: db, service: ssh }
`;

/** A shell script that runs kvmctl with an inventory, whose raw XML ({@link labXml}) a person has read. */
export const kvmctlScript = (text: string, words: readonly string[]): string => {
  const trust = words[0] === 'apply' ? ['--trust-xml'] : [];
  const argv = [...words, ...trust].join(' ');
  return `cat >/run/inventory.yaml <<'EOF'\n${text}\nEOF\nexec ${process.execPath} ${bundle} -i /run/inventory.yaml ${argv}`;
};

/** A lab's host that has libvirtd and volumes, and nothing that apply would make. */
export class BareHost {
  readonly lab: Lab;
  readonly #name: string;

  private constructor(name: string, lab: Lab) {
    this.#name = name;
    this.lab = lab;
  }

  static async start(text: string): Promise<BareHost> {
    const desired = deriveDesired(parseInventory(text));
    const { name } = desired.inventory.host;
    await labDown(name);
    const { lab } = await labUp(desired, { bare: true, share: [dirname(bundle), dirname(dirname(process.execPath))] });
    return new BareHost(name, lab);
  }

  /** Runs a shell script on it. */
  readonly sh = (script: string) => labExec(this.lab, this.#name, ['sh', '-c', script]);

  /** Runs a shell script in a guest that was started meanwhile, and has {@link labXml}. */
  readonly inGuest = async (text: string, guest: string, script: string) =>
    labExec(await openLab(deriveDesired(parseInventory(text))), guest, ['sh', '-c', script]);

  /** Waits until a guest has booted: only then it hears that it is to shut down, and sees each disk that is plugged in. */
  readonly booted = (text: string, guest: string) =>
    vi.waitFor(async () => expect(await this.inGuest(text, guest, 'true')).toMatchObject({ exitCode: 0 }), {
      timeout: 900_000,
      interval: 500,
    });

  readonly kvmctl = (text: string, ...words: string[]) => this.sh(kvmctlScript(text, words));

  async expectEmptyPlan(text: string): Promise<void> {
    expect(await this.kvmctl(text, 'plan', '--detailed-exitcode')).toMatchObject({ exitCode: 0, stdout: '' });
  }

  /** Changes the host by a script: `drift` has to show it, and `apply` to mend it. */
  async expectDriftMended(text: string, { script, shown }: { script: string; shown: string }): Promise<void> {
    const changed = await this.sh(script);
    expect(changed, changed.stderr).toMatchObject({ exitCode: 0 });
    const drift = await this.kvmctl(text, 'drift', '--detailed-exitcode');
    expect(drift).toMatchObject({ exitCode: 2 });
    expect(drift.stdout.replace(/ +/g, ' ')).toContain(shown);
    expect(await this.kvmctl(text, 'apply', '--yes')).toMatchObject({ exitCode: 0 });
    await this.expectEmptyPlan(text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await labDown(this.#name);
  }
}
