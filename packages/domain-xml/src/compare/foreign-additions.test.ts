import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { diffDomains, domainData, parseXml } from '../index.ts';

const folder = new URL('../../test/filled-in/', import.meta.url);
const textOf = (file: string) => readFileSync(new URL(`${file}.xml`, folder), 'utf8');

const end = '</devices>';
const first = /^<domain[^>]*>/;

/** What somebody put into a domain that libvirt has filled in, near to what libvirt itself puts there. */
test.each<[file: string, from: string | RegExp, to: string, path: string]>([
  ['devices/defined-9.0.0', '>/dev/random<', '>/dev/zero<', 'devices.rng.backend'],
  ['devices/defined-9.0.0', "<target dev='vdb'", "<readonly/><target dev='vdb'", 'devices.disk[vdb].readonly'],
  ['devices/defined-9.0.0', "dev='vdb' bus='virtio'", "dev='vdb' bus='usb'", 'devices.disk[vdb].target.@bus'],
  ['devices/defined-9.0.0', "dev='hda' bus='ide'", "dev='hda' bus='sata'", 'devices.disk[hda].target.@bus'],
  ['devices/defined-9.0.0', "<protocol type='raw'/>", "<protocol type='telnet'/>", 'devices.serial.protocol.@type'],
  ['devices/defined-9.0.0', "action='reset'", "action='poweroff'", 'devices.watchdog.@action'],
  ['devices/defined-9.0.0', end, `<hub type='usb'/>${end}`, 'devices.hub'],
  ['devices/defined-9.0.0', end, `<input type='keyboard' bus='ps2'/>${end}`, 'devices.input'],
  ['devices/defined-11.3.0', end, `<input type='keyboard' bus='ps2'/>${end}`, 'devices.input'],
  ['devices/defined-11.3.0', end, `<input type='mouse' bus='ps2'/>${end}`, 'devices.input'],
  ['devices/defined-9.0.0', end, `<watchdog model='itco' action='reset'/>${end}`, 'devices.watchdog'],
  ['devices/defined-9.0.0', '126954</memory>', '126976</memory>', 'memory'],
  ['devices/running-9.0.0', '126976</memory>', '128000</memory>', 'memory'],
  ['devices/running-9.0.0', '126976</currentMemory>', '65536</currentMemory>', 'currentMemory'],
  ['devices/defined-9.0.0', /machine='pc-[^']*'/, "machine='isapc'", 'os.type.@machine'],
  ['devices/defined-9.0.0', /machine='pc-[^']*'/, "machine='pc-q35-7.2'", 'os.type.@machine'],
  ['devices/defined-9.0.0', "<model type='cirrus'", "<model type='qxl'", 'devices.video.model.@type'],
  ['networks/defined-9.0.0', "mode='vepa'", "mode='passthrough'", 'source.@mode'],
  ['networks/defined-9.0.0', "interfaceid='", "profileid='mine' interfaceid='", 'parameters.@profileid'],
  ['networks/defined-9.0.0', "size='2048'", "size='1048576'", 'memoryBacking.hugepages.page.@size'],
  [
    'networks/defined-11.3.0',
    "<interface type='ethernet'>",
    "<interface type='ethernet'><backend vhost='/dev/x'/>",
    'backend',
  ],
  ['units/defined-9.0.0', "memory='65536'", "memory='131072'", 'cpu.numa.cell[0].@memory'],
  ['units/defined-9.0.0', /<memory unit='KiB'>\d+/, "<memory unit='KiB'>262144", 'memory'],
  ['chipset/defined-11.3.0', "model='itco' action='reset'", "model='itco' action='none'", 'devices.watchdog.@action'],
  ['chipset/defined-11.3.0', end, `<watchdog model='i6300esb' action='reset'/>${end}`, 'devices.watchdog'],
  ['chipset/defined-11.3.0', "model='lsilogic'", "model='virtio-scsi-x'", 'devices.controller'],
  ['template/defined-11.3.0', end, `<watchdog model='itco' action='reset'/>${end}`, 'devices.watchdog'],
  ['template/defined-11.3.0', end, `<iommu model='intel'/>${end}`, 'devices.iommu'],
  ['template/defined-11.3.0', '<acpi/>', "<acpi/><smm state='on'/>", 'features.smm'],
  ['template/defined-11.3.0', '<os>', "<os firmware='efi'>", 'os.@firmware'],
  [
    'template/defined-11.3.0',
    '<os>',
    "<os><firmware><feature enabled='no' name='secure-boot'/></firmware>",
    'os.firmware',
  ],
  ['firmware/defined-11.3.0', /(<loader[^>]*>)[^<]*/, '$1/tmp/code.fd', 'os.loader'],
  ['firmware/defined-11.3.0', /(<nvram[^>]*>)[^<]*/, '$1/tmp/vars.fd', 'os.nvram'],
  ['firmware/defined-11.3.0', /template='[^']*'/, "template='/tmp/vars.fd'", 'os.nvram'],
  ['firmware-file/defined-11.3.0', "<os firmware='efi'>", "<os firmware='bios'>", 'os.@firmware'],
  ['firmware-file/defined-11.3.0', /(<loader[^>]*>)[^<]*/, '$1/usr/share/OVMF/OVMF_CODE_4M.ms.fd', 'os.loader'],
  ['processors/defined-11.3.0', "<iommu model='intel'>", "<iommu model='virtio'>", 'devices.iommu.@model'],
  ['processors/defined-11.3.0', "intremap='on'", "intremap='off'", 'devices.iommu.driver.@intremap'],
  ['plugged/defined-11.3.0', '</numa>', "<cell id='1' memory='1024' unit='KiB'/></numa>", 'cpu.numa.cell[1]'],
  ['processor-exact/defined-9.0.0', "check='partial'", "check='full'", 'cpu.@check'],
  ['processor-exact/defined-9.0.0', "fallback='allow'", "fallback='forbid'", 'cpu.model.@fallback'],
  ['processor-exact/running-9.0.0', '>qemu64<', '>Haswell<', 'cpu.model'],
  [
    'processor-host/defined-9.0.0',
    "check='partial'/>",
    "check='partial'><feature policy='disable' name='smep'/></cpu>",
    'cpu.feature[smep]',
  ],
  ['processor-host/defined-9.0.0', "mode='host-model'", "mode='host-passthrough'", 'cpu.@mode'],
  ['processor-most/running-9.0.0', "mode='maximum'", "mode='host-passthrough'", 'cpu.@mode'],
  [
    'prefix/defined-9.0.0',
    '</qemu:commandline>',
    "<qemu:arg value='-s'/></qemu:commandline>",
    'qemu:commandline.qemu:arg',
  ],
  [
    'template/defined-9.0.0',
    first,
    "$&<c:commandline xmlns:c='http://libvirt.org/schemas/domain/qemu/1.0'/>",
    'qemu:commandline',
  ],
])('in %s, %s is a difference once it is %s', (file, from, to, path) => {
  const recorded = textOf(file);
  const changed = recorded.replace(from, to);
  expect(changed).not.toBe(recorded);
  const [asked, there] = [textOf(file.replace(/[^/]*$/, 'asked')), changed].map((xml) => domainData(parseXml(xml)));
  if (asked === undefined || there === undefined) throw new TypeError('no domain');
  const libvirt = file.replace(/^.*-/, '');
  const paths = diffDomains(asked, there, { libvirt }).map((difference) => difference.path);
  expect(paths).toContainEqual(expect.stringContaining(path));
});
