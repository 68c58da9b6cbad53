import { needs } from '@kvm/ci/needs';
import { deriveDesired, lookAt } from '@kvm/host';
import { parseInventory } from '@kvm/inventory';
import { startVmHost, type VmHost } from '@kvm/lab';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { patience } from './patience.ts';

const rules = lookAt(
  deriveDesired(
    parseInventory(
      'host: { name: vmhost, address: 192.168.100.1/24 }\nguests: { web: { vmid: 61 }, my-db: { vmid: 62 } }',
    ),
  ),
).files.filter(({ path }) => path.startsWith('/etc/udev/'));

/** What a guest gives its file systems: the UUID and label of the host's. */
const stolen = ['11111111-2222-4333-8444-555555555555', '66666666-7777-4888-9999-aaaaaaaaaaaa'] as const;

describe.skipIf(needs('root', 'qemu-system-x86_64', 'vgcreate', 'udevadm'))('udev and the volumes of guests', () => {
  let vm: VmHost;
  beforeAll(async () => {
    vm = await startVmHost({ disks: [{ bytes: 2 ** 30 }] });
  }, patience);
  afterAll(() => vm?.[Symbol.asyncDispose]());

  async function must(script: string): Promise<string> {
    const { exitCode, stdout, stderr } = await vm.exec(['sh', '-c', `set -e\n${script}`], { timeoutMs: patience });
    expect(exitCode, `${script}\n${stdout}${stderr}`).toBe(0);
    return stdout;
  }
  const settle = 'udevadm settle --timeout=120';
  const links = async (): Promise<string[]> =>
    (
      await must(
        `cd /dev/disk; for link in by-uuid/* by-label/*; do [ ! -L "$link" ] || echo "$link $(cat /sys/block/$(basename "$(readlink -f "$link")")/dm/name)"; done`,
      )
    )
      .split('\n')
      .filter((line) => line.includes(' vg-'))
      .sort();
  const format = (volume: string, uuid: string, label: string): string =>
    `mkfs.ext4 -qF -U ${uuid} -L ${label} /dev/vg/${volume}`;

  test('without the rule, a guest takes the UUID and label of the host; with it, it does not, and the host keeps its own', {
    timeout: patience,
  }, async () => {
    await must(`unset DM_DISABLE_UDEV
      /lib/systemd/systemd-udevd --daemon
      vgcreate -qq vg /dev/vda
      for name in web.root my-db.root webserver.root own; do lvcreate -qq -Wn -L 64m -n $name vg; done
      ${format('web.root', stolen[0], 'ROOT')}
      ${format('my-db.root', stolen[1], 'SWAP')}
      ${format('own', '22222222-2222-4333-8444-555555555555', 'own')}
      udevadm trigger --action=change --subsystem-match=block; ${settle}`);
    const own = ['by-label/own vg-own', 'by-uuid/22222222-2222-4333-8444-555555555555 vg-own'];
    expect(await links()).toEqual(
      [
        ...own,
        `by-uuid/${stolen[0]} vg-web.root`,
        `by-uuid/${stolen[1]} vg-my--db.root`,
        'by-label/ROOT vg-web.root',
        'by-label/SWAP vg-my--db.root',
      ].sort(),
    );

    for (const { path, content } of rules) await must(`cat >${path} <<'EOF'\n${content}EOF`);
    await must(
      `udevadm control --reload; udevadm trigger --settle --action=change --subsystem-match=block --sysname-match='dm-*'`,
    );
    expect(await links()).toEqual(own);

    // What a guest writes anew, a volume that is made anew, and the links by which QEMU has them.
    await must(`unset DM_DISABLE_UDEV
      ${format('web.root', stolen[0], 'ROOT')}
      vgchange -qq -an vg; vgchange -qq -ay vg; ${settle}
      ls -l /dev/vg/web.root /dev/vg/my-db.root /dev/mapper/vg-web.root`);
    expect(await links()).toEqual(own);
    // A volume that only begins like a guest's name is the host's.
    await must(`${format('webserver.root', '33333333-2222-4333-8444-555555555555', 'server')}
      udevadm trigger --action=change --subsystem-match=block; ${settle}`);
    expect(await links()).toContain('by-label/server vg-webserver.root');
  });
});
