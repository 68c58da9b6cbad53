import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diffDomains, domainData, parseXml } from '../index.ts';

const wanted = `<domain type='kvm'><name>public</name><uuid>6e0b5d0e-55c2-4b5e-8a6e-0a3a4ad7a065</uuid>
  <memory unit='MiB'>512</memory><vcpu>1</vcpu>
  <os><type>hvm</type><kernel>/boot/vmlinuz</kernel></os><features><acpi/></features>
  <devices><emulator>/usr/bin/kvm</emulator>
    <disk type='block'><source dev='/dev/vg/public.root'/><target dev='vda' bus='virtio'/></disk>
    <disk type='block'><source dev='/dev/vg/public.var'/><target dev='vdb' bus='virtio'/></disk>
    <interface type='ethernet'><mac address='52:54:00:61:65:0A'/><target dev='tun65'/><model type='virtio'/></interface>
    <graphics type='vnc' port='5965' autoport='no'/>
    <console type='pty'><source path='/dev/pts/65'/><target port='0'/></console></devices></domain>`;

/** What libvirt shows of it while it runs, disks in another order. */
const running = `<domain type='kvm' id='3'><name>public</name><uuid>6E0B5D0E-55C2-4B5E-8A6E-0A3A4AD7A065</uuid>
  <memory unit='KiB'>524288</memory><currentMemory unit='KiB'>524288</currentMemory><vcpu placement='static'>1</vcpu>
  <resource><partition>/machine</partition></resource>
  <os><type arch='x86_64' machine='pc-i440fx-7.2'>hvm</type><kernel>/boot/vmlinuz</kernel><boot dev='hd'/></os>
  <features><acpi/></features><cpu mode='custom' match='exact' check='full'><model fallback='forbid'>qemu64</model></cpu>
  <clock offset='utc'/><on_poweroff>destroy</on_poweroff><on_reboot>restart</on_reboot><on_crash>destroy</on_crash>
  <devices><emulator>/usr/bin/kvm</emulator>
    <disk type='block' device='disk'><driver name='qemu' type='raw'/><source dev='/dev/vg/public.var' index='1'/>
      <backingStore/><target dev='vdb' bus='virtio'/><alias name='virtio-disk1'/></disk>
    <disk type='block' device='disk'><driver name='qemu' type='raw'/><source dev='/dev/vg/public.root' index='2'/>
      <backingStore/><target dev='vda' bus='virtio'/><alias name='virtio-disk0'/>
      <address type='pci' domain='0x0000' bus='0x00' slot='0x04' function='0x0'/></disk>
    <controller type='usb' index='0' model='piix3-uhci'/><controller type='pci' index='0' model='pci-root'/>
    <interface type='ethernet'><mac address='52:54:00:61:65:0a'/><target dev='tun65'/><model type='virtio'/>
      <alias name='net0'/></interface>
    <serial type='pty'><source path='/dev/pts/4'/><target type='isa-serial' port='0'><model name='isa-serial'/></target></serial>
    <console type='pty' tty='/dev/pts/4'><source path='/dev/pts/4'/><target type='serial' port='0'/></console>
    <input type='mouse' bus='ps2'/><input type='keyboard' bus='ps2'/>
    <graphics type='vnc' port='5965' autoport='no' listen='127.0.0.1'><listen type='address' address='127.0.0.1'/></graphics>
    <audio id='1' type='none'/><video><model type='cirrus' vram='16384' heads='1' primary='yes'/></video>
    <memballoon model='virtio'/></devices>
  <seclabel type='dynamic' model='apparmor' relabel='yes'><label>libvirt-x</label></seclabel></domain>`;

const diff = (desired: string, actual: string) =>
  diffDomains(domainData(parseXml(desired)), domainData(parseXml(actual)));

describe('a domain', () => {
  test('that libvirt has filled in does not differ from what was asked for', () => {
    expect(diff(wanted, running)).toEqual([]);
  });

  test.each<[string, RegExp | string, string, object]>([
    [
      'its memory',
      "unit='KiB'>524288</memory>",
      "unit='MiB'>1024</memory>",
      { path: 'memory', desired: '512 MiB', actual: '1024 MiB', change: 'next boot' },
    ],
    [
      'its balloon',
      "<currentMemory unit='KiB'>524288",
      "<currentMemory unit='KiB'>262144",
      {
        path: 'currentMemory',
        actual: "<currentMemory unit='KiB'>262144",
        change: 'live',
        call: 'virDomainSetMemoryFlags',
      },
    ],
    ['its number of CPUs', '>1</vcpu>', '>2</vcpu>', { path: 'vcpu', desired: '1', actual: '2', change: 'next boot' }],
    [
      'its name',
      '<name>public',
      '<name>private',
      { path: 'name', desired: 'public', actual: 'private', change: 'redefine' },
    ],
    [
      "a disk's source",
      'public.root',
      'other.root',
      {
        path: 'devices.disk[vda].source.@dev',
        desired: '/dev/vg/public.root',
        actual: '/dev/vg/other.root',
        change: 'next boot',
      },
    ],
    [
      "a disk's cache",
      "type='raw'/><source dev='/dev/vg/public.var'",
      "type='raw' cache='none'/><source dev='/dev/vg/public.var'",
      { path: 'devices.disk[vdb].driver.@cache', desired: undefined, actual: 'none', change: 'next boot' },
    ],
    [
      'a disk less',
      /<disk type='block' device='disk'><driver name='qemu' type='raw'\/><source dev='\/dev\/vg\/public.root'.*?<\/disk>/s,
      '',
      {
        path: 'devices.disk[vda]',
        desired: "<disk type='block'>",
        actual: undefined,
        change: 'live',
        call: 'virDomainAttachDeviceFlags',
      },
    ],
    [
      'a device more',
      '<audio',
      "<rng model='virtio'><backend model='random'>/dev/urandom</backend></rng><audio",
      {
        path: 'devices.rng',
        desired: undefined,
        actual: "<rng model='virtio'>",
        change: 'live',
        call: 'virDomainDetachDeviceFlags',
      },
    ],
    [
      'a SATA disk more',
      '<controller',
      "<disk type='file'><target dev='sda' bus='sata'/></disk><controller",
      { path: 'devices.disk[sda]', actual: "<disk type='file'>", change: 'next boot' },
    ],
    [
      'its tap',
      "<target dev='tun65'/>",
      "<target dev='tun66'/>",
      {
        path: 'devices.interface[52:54:00:61:65:0A].target.@dev',
        desired: 'tun65',
        actual: 'tun66',
        change: 'next boot',
      },
    ],
    [
      'a link that is down',
      "<alias name='net0'/>",
      "<link state='down'/>",
      {
        path: 'devices.interface[52:54:00:61:65:0A].link',
        actual: "<link state='down'>",
        change: 'live',
        call: 'virDomainUpdateDeviceFlags',
      },
    ],
    [
      'its screen',
      "port='5965'",
      "port='5900'",
      { path: 'devices.graphics[vnc].@port', desired: '5965', actual: '5900', change: 'next boot' },
    ],
    ['a feature more', '<acpi/>', '<acpi/><apic/>', { path: 'features.apic', actual: '<apic>', change: 'next boot' }],
    [
      'what is done on a crash',
      '<on_crash>destroy',
      '<on_crash>restart',
      { path: 'on_crash', actual: '<on_crash>restart', change: 'live', call: 'virDomainSetLifecycleAction' },
    ],
  ])('differs in %s', (_, from, to, difference) => {
    const changed = running.replace(from, to);
    expect(changed).not.toBe(running);
    expect(diff(wanted, changed)).toEqual([expect.objectContaining(difference)]);
  });

  test('may have its CD changed while it runs', () => {
    const cd = (file: string) => `<domain type='kvm'><name>a</name><devices><disk type='file' device='cdrom'>
      <source file='${file}'/><target dev='sda' bus='sata'/></disk></devices></domain>`;
    expect(diff(cd('/a.iso'), cd('/b.iso'))).toEqual([
      {
        path: 'devices.disk[sda].source.@file',
        desired: '/a.iso',
        actual: '/b.iso',
        change: 'live',
        call: 'virDomainUpdateDeviceFlags',
      },
    ]);
  });

  test('is the same with CPU sets, numbers and units spelled otherwise', () => {
    const tuned = (pin: string, memory: string, port: string) => `<domain type='kvm'><name>a</name>${memory}
      <cputune><vcpupin vcpu='0' cpuset='${pin}'/></cputune><devices><serial type='pty'><target port='${port}'/></serial></devices></domain>`;
    const one = tuned('0-3,^2', "<memory unit='GiB'>1</memory>", '0x0');
    const other = tuned('0,1,3', '<memory>1048576</memory>', '0');
    expect(diff(one, other)).toEqual([]);
    expect(diff(tuned('0-2', '<memory>1</memory>', '0'), other).map(({ path }) => path)).toEqual([
      'memory',
      'cputune.vcpupin[0].@cpuset',
    ]);
  });

  test('takes amounts of other units for the same, and the number of a drive for no unit', () => {
    const of = (inside: string) => `<domain type='kvm'><name>a</name>${inside}</domain>`;
    const paths = (one: string, other: string) => diff(of(one), of(other)).map(({ path }) => path);
    expect(paths("<memory unit='MB'>1</memory>", "<memory unit='KiB'>977</memory>")).toEqual([]);
    expect(paths("<memory unit='MB'>1</memory>", "<memory unit='KiB'>976</memory>")).toEqual(['memory']);
    expect(paths('<memory>512</memory>', "<memory unit='MiB'>512</memory>")).toEqual(['memory']);
    const tseg = (unit: string) => `<features><smm><tseg${unit}>48</tseg></smm></features>`;
    expect(paths(tseg(''), tseg(" unit='MiB'"))).toEqual([]);
    const disk = (unit: number) =>
      `<devices><disk><target dev='sda'/><address type='drive' controller='0' unit='${unit}'/></disk></devices>`;
    expect(paths(disk(0), disk(1))).toEqual(['devices.disk[sda].address.@unit']);
  });

  test('says of a screen on a port that libvirt chooses, or on none, no port', () => {
    const screen = (text: string) => `<domain type='kvm'><name>a</name><devices><graphics ${text}</devices></domain>`;
    const paths = (one: string, other: string) => diff(screen(one), screen(other)).map(({ path }) => path);
    expect(paths("type='spice' port='-1' tlsPort='-1' autoport='yes'/>", "type='spice' autoport='yes'/>")).toEqual([]);
    expect(
      paths(
        "type='vnc' autoport='yes'><listen type='none'/></graphics>",
        "type='vnc'><listen type='none'/></graphics>",
      ),
    ).toEqual([]);
    expect(paths("type='vnc' port='5901'/>", "type='vnc' autoport='yes'/>")).toContain('devices.graphics[vnc].@port');
  });

  test.each([
    ['optional', " id='1'", []],
    ['optional', '', ['cpu.feature[x]']],
    ['disable', " id='1'", ['cpu.feature[x]']],
    ['require', " id='1'", ['cpu.feature[x]']],
  ])('may lack a feature of its processor (%s, <domain%s>)', (policy, id, paths) => {
    const of = (start: string, feature: string) =>
      `<domain type='kvm'${start}><name>a</name><cpu mode='custom'><model>qemu64</model>${feature}</cpu></domain>`;
    const found = diff(of('', `<feature policy='${policy}' name='x'/>`), of(id, ''));
    expect(found.map(({ path }) => path)).toEqual(paths);
  });

  test('does not lose the metadata of others, and must have ours', () => {
    const with_ = (metadata: string) => `<domain type='kvm'><name>a</name><metadata>${metadata}</metadata></domain>`;
    const ours = "<k:g xmlns:k='urn:k' vmid='65'/>";
    expect(diff(with_(ours), with_(`<a:b xmlns:a='urn:a'/>${ours}`))).toEqual([]);
    expect(diff(with_(ours), with_("<k:g xmlns:k='urn:k' vmid='66'/>"))).toEqual([
      { path: 'metadata.k:g.@vmid', desired: '65', actual: '66', change: 'live', call: 'virDomainSetMetadata' },
    ]);
  });

  test('never differs from itself, whatever it holds, and comparing ends soon', () => {
    const part = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom('<a/>', "<a b='1'/>", '<c>x</c>'),
        fc
          .tuple(fc.constantFrom('a', 'disk', 'devices', 'vcpusched'), fc.array(tie('node'), { maxLength: 3 }))
          .map(([name, inside]) => `<${name}>${inside.join('')}</${name}>`),
      ),
    })).node;
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const xml = `<domain type='kvm'><name>a</name>${parts.join('')}</domain>`;
        expect(diff(xml, xml)).toEqual([]);
      }),
    );
  });

  test.each([
    ['deep', `${'<x><x/>'.repeat(120)}${'</x>'.repeat(120)}`],
    ['long', "<x a='1'/>".repeat(5000)],
    [
      'wide ranges',
      "<cputune><vcpusched vcpus='0-99999999999999999999'/><vcpupin vcpu='0' cpuset='0-65535'/></cputune>",
    ],
  ])('made to be slow (%s) is compared nevertheless', (_, inside) => {
    const xml = `<domain type='kvm'><name>a</name>${inside}</domain>`;
    expect(diff(xml, xml.replace('</domain>', '<y/></domain>'))).toHaveLength(1);
  });

  test.each<[string, (index: number | string) => string]>([
    ['of a kind nobody knows', (index) => `<x type='${index}'/>`],
    ['with names of their own', (index) => `<disk><target dev='${index}'/></disk>`],
  ])('with very many items, none like another, is compared nevertheless (%s)', (_, item) => {
    const many = 10_000;
    const domain = (items: readonly (number | string)[]) =>
      `<domain type='kvm'><name>a</name><devices>${items.map(item).join('')}</devices></domain>`;
    const numbers = Array.from({ length: many }, (_nothing, index) => index);
    expect(diff(domain(numbers), domain(numbers.toReversed()))).toEqual([]);
    expect(diff(domain(numbers), domain(numbers.map((index) => `y${index}`)))).toHaveLength(2 * many);
  });
});
