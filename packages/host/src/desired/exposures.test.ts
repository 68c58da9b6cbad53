import { parseInventory } from '@kvm/inventory';
import { expect, test } from 'vitest';
import { deriveDesired } from '../index.ts';

const exposures = (text: string): string[] =>
  deriveDesired(parseInventory(text)).exposures.map(
    ({ line, path, message }) => `${line} ${path.join('.')} ${message}`,
  );
const host = (more = ''): string => `host: { name: management, address: 192.168.100.1/24${more} }\n`;

test("an inventory of the template's guests has none, whatever its usual paths are", () => {
  const more =
    ', emulator: /usr/bin/qemu-system-x86_64, kernel: /boot/kvm.a/vmlinuz, current: /boot/b, initrd: /boot/i';
  const guests = 'guests: { web: { vmid: 61, disks: { data: { size: 1 GiB, from: /srv/images/data.raw } } } }\n';
  expect(exposures(`${host(more)}${guests}`)).toEqual([]);
});

test.each<[string, string]>([
  [', emulator: /home/me/qemu', '1 host.emulator /home/me/qemu: a program that is no QEMU that is known'],
  [', kernel: /etc/shadow', '1 host.kernel /etc/shadow: guests get it, and it is not in /boot'],
  [', initrd: /root/.ssh/id_rsa', '1 host.initrd /root/.ssh/id_rsa: guests get it, and it is not in /boot'],
  [', current: /bootx/evil', '1 host.current /bootx/evil: guests get it, and it is not in /boot'],
  [
    ', kernel: /boot/vmlinuz/x, current: /boot/x',
    '1 host.current /boot/vmlinuz: becomes a link, and is not called /boot/kvm.current or the like',
  ],
  [
    ', kernel: /boot/kvm/efi/x, current: /boot/x',
    '1 host.current /boot/kvm/efi: becomes a link, and is not called /boot/kvm.current or the like',
  ],
])('a path of the host is named: %s', (more, says) => {
  expect(exposures(host(more))).toEqual([says]);
});

test('what a disk is filled from is named at its line', () => {
  const text = `${host()}guests:\n  web:\n    vmid: 61\n    disks:\n      root: { size: 1 GiB, from: /etc/shadow }\n`;
  expect(exposures(text)).toEqual([
    '6 guests.web.disks.root.from /etc/shadow: is copied onto its disk, and is not in /srv/images or /var/lib/libvirt/images',
  ]);
});

test("raw XML is judged with the guest's own volumes, those of its group and name", () => {
  const disk = (dev: string) => `<disk type='block'><source dev='${dev}'/><target dev='vdx'/></disk>`;
  const xml = ['/dev/fast/web.x', '/dev/vg/web.x', '/dev/fast/db.x'].map(disk).join('\n        ');
  const text = `${host(', vg: fast')}guests:\n  web:\n    vmid: 61\n    xml: |\n      <domain><devices>\n        ${xml}\n      </devices></domain>\n`;
  expect(exposures(text)).toEqual([
    '8 guests.web.xml /domain/devices/disk[2]/source/@dev: /dev/vg/web.x: a disk that is no volume of its own',
    '9 guests.web.xml /domain/devices/disk[3]/source/@dev: /dev/fast/db.x: a disk that is no volume of its own',
  ]);
});

test("raw XML with another guest's volume says whose it is, however it is spelled", () => {
  const text = (dev: string) =>
    `${host()}guests: { db: { vmid: 62 }, web: { vmid: 61, xml: "<domain><devices><disk type='block'><source dev='${dev}'/><target dev='vdx'/></disk></devices></domain>" } }\n`;
  for (const dev of ['/dev/vg/db.root', '/dev/vg/../vg//db.root', '/dev/mapper/vg-db.root'])
    expect(exposures(text(dev))).toEqual([
      `2 guests.web.xml /domain/devices/disk/source/@dev: ${dev}: a disk that is no volume of its own: it is one of db`,
    ]);
});

test('a screen of raw XML alone must say where it listens; one beside the template has its address', () => {
  const text = (more: string) =>
    `${host()}guests: { web: { vmid: 61, ${more}xml: "<domain><os><type>hvm</type></os><devices><graphics type='vnc'/></devices></domain>" } }\n`;
  expect(exposures(text(''))).toEqual([]);
  expect(exposures(text('template: none, '))).toEqual([
    expect.stringContaining("qemu.conf says, which may be every address: write listen='127.0.0.1'"),
  ]);
});
