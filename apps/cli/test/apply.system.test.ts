import { needs } from '@kvm/ci/needs';
import { deriveDesired } from '@kvm/host';
import { parseInventory } from '@kvm/inventory';
import { type Lab, labDown, labExec, labTest, labUp, openLab } from '@kvm/lab';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { bundle } from './bundled.ts';

/** What makes a guest of the inventory one that boots in the lab, whose machine has no KVM and whose guests an agent. */
const labXml = (guest: string) => `
    xml: |
      <domain type='qemu'><devices>
        <channel type='unix'><source mode='bind' path='/run/kvm-lab/${guest}.sock'/>
          <target type='virtio' name='kvm.lab.agent'/></channel>
      </devices></domain>`;

const inventory = (guests: string) => `
host: { name: applytest, address: 192.168.100.1/24, initrd: /boot/kvm-lab-initrd.img }
machines: { hoge: 192.168.100.2 }
defaults: { memory: 128 MiB }
guests:
${guests}
policy:
  - { from: lan, to: guests, service: [ssh, icmp/echo-request] }
  - { from: public, to: db, service: ssh }
`;
const example = inventory(`
  public:
    vmid: 65
    autostart: { order: 20 }${labXml('public')}
  db:
    vmid: 61
    autostart: { order: 10, delay: 1 s }${labXml('db')}
`);

describe.skipIf(needs('root', 'libvirtd', 'qemu-system-x86_64', 'nft'))('a host without anything', () => {
  const desired = deriveDesired(parseInventory(example));
  let lab: Lab;
  beforeAll(async () => {
    await labDown('applytest');
    ({ lab } = await labUp(desired, { bare: true }));
  });
  afterAll(() => labDown('applytest'));

  /** kvmctl on the host, its inventory on standard input. */
  const kvmctl = async (text: string, ...words: string[]) => {
    const script = `cat >/run/inventory.yaml <<'EOF'\n${text}\nEOF\nexec "$@"`;
    return labExec(lab, 'applytest', [
      'sh',
      '-c',
      script,
      'sh',
      process.execPath,
      bundle,
      '-i',
      '/run/inventory.yaml',
      ...words,
    ]);
  };

  test('apply brings the guests up, and a second plan is empty', async () => {
    const applied = await kvmctl(example, 'apply', '--yes');
    expect(applied).toMatchObject({ exitCode: 0 });
    expect(await kvmctl(example, 'plan', '--detailed-exitcode')).toMatchObject({ exitCode: 0, stdout: '' });
  });

  test('machines of the LAN reach the guests as far as the policy goes, and no further', async () => {
    const up = await openLab(desired);
    const open = async () =>
      (await labTest(up))
        .filter(({ to, trials }) => to !== 'applytest' && trials.some((each) => each.answer === `"${to}"`))
        .map(({ from, to }) => `${from} -> ${to}`);
    await vi.waitFor(async () => expect(await open()).toHaveLength(3), { timeout: 240_000 });
    expect(await open()).toEqual(['hoge -> public', 'hoge -> db', 'public -> db']);
  });
});
