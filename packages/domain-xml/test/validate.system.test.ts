import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { needs } from '@kvm/ci/needs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildDomain, type DomainDocument, mergeXml } from '../src/index.ts';
import { seedDomain, seedXml } from './seed-domain.ts';

const qemu = 'http://libvirt.org/schemas/domain/qemu/1.0';
const { devices, os } = seedDomain;
const merged = (children: string): DomainDocument => mergeXml(seedDomain, `<domain>${children}</domain>`);

const variants: [string, DomainDocument][] = [
  ['the seed', seedDomain],
  [
    'a marked and titled domain',
    { ...seedDomain, title: 'a & b', description: '<\n>', metadata: { 'k:g': { '@xmlns:k': 'urn:kvm', '@vmid': 65 } } },
  ],
  [
    'units, pinned CPUs, machine type',
    {
      ...seedDomain,
      memory: { '@unit': 'GiB', '#': 2 },
      currentMemory: { '@unit': 'MiB', '#': '512' },
      vcpu: { '@placement': 'static', '@cpuset': '0-3', '@current': 1, '#': 2 },
      os: { ...os, type: { '@arch': 'x86_64', '@machine': 'q35', '#': 'hvm' }, initrd: '/boot/kvm.current/initrd' },
    },
  ],
  [
    'booted from its own disk',
    {
      '@type': 'qemu',
      name: 'own',
      memory: 65536,
      os: { type: 'hvm', boot: [{ '@dev': 'hd' }, { '@dev': 'network' }] },
      features: { acpi: {}, apic: {}, pae: {} },
      clock: { '@offset': 'timezone', '@timezone': 'Asia/Tokyo' },
      on_crash: 'coredump-restart',
    },
  ],
  [
    'every kind of disk and interface',
    {
      ...seedDomain,
      devices: {
        disk: [
          {
            '@type': 'block',
            driver: { '@name': 'qemu', '@type': 'raw', '@cache': 'none', '@io': 'native', '@discard': 'unmap' },
            source: { '@dev': '/dev/vg/a.root' },
            target: { '@dev': 'sda', '@bus': 'scsi' },
            shareable: {},
            serial: 'S1',
            boot: { '@order': 1 },
            alias: { '@name': 'ua-root' },
          },
          {
            '@type': 'file',
            '@device': 'cdrom',
            source: { '@file': '/a.iso' },
            target: { '@dev': 'sdb', '@bus': 'sata' },
            readonly: {},
          },
        ],
        interface: [
          {
            '@type': 'ethernet',
            target: { '@dev': 'tun65', '@managed': 'no' },
            driver: { '@name': 'vhost', '@queues': 2 },
            link: { '@state': 'up' },
            mtu: { '@size': 1500 },
            alias: { '@name': 'ua-net' },
          },
          { '@type': 'bridge', source: { '@bridge': 'br0' }, boot: { '@order': 2 } },
          { '@type': 'network', source: { '@network': 'default' }, model: { '@type': 'virtio' } },
          { '@type': 'user' },
        ],
      },
    },
  ],
  [
    'every kind of character device',
    {
      ...seedDomain,
      devices: {
        ...devices,
        serial: [
          { '@type': 'pty', target: { '@port': 0 }, log: { '@file': '/var/log/a', '@append': 'on' } },
          { '@type': 'file', source: { '@path': '/a', '@append': 'off' } },
        ],
        console: [{ '@type': 'pty', target: { '@type': 'serial', '@port': 0 }, log: { '@file': '/b' } }],
        channel: [
          {
            '@type': 'unix',
            source: { '@mode': 'bind', '@path': '/run/a' },
            target: { '@type': 'virtio', '@name': 'org.qemu.guest_agent.0' },
          },
        ],
      },
    },
  ],
  [
    'screens',
    {
      ...seedDomain,
      devices: {
        graphics: [
          {
            '@type': 'vnc',
            '@autoport': 'yes',
            '@keymap': 'ja',
            listen: [{ '@type': 'address', '@address': '127.0.0.1' }],
          },
          { '@type': 'spice', listen: [{ '@type': 'none' }] },
        ],
      },
    },
  ],
  [
    'merged: cpu, memory, boot',
    merged(`<cpu mode='custom' match='exact'><model fallback='allow'>qemu64</model><feature policy='require' name='aes'/></cpu>
    <memoryBacking><hugepages/></memoryBacking><os><bootmenu enable='yes'/></os><vcpu placement='static' cpuset='0-3'>4</vcpu>`),
  ],
  [
    'merged: features and clock',
    merged(`<features><hyperv><relaxed state='on'/></hyperv><kvm><hidden state='on'/></kvm></features>
    <clock offset='localtime'><timer name='rtc' tickpolicy='catchup'/><timer name='hpet' present='no'/></clock>`),
  ],
  [
    'merged: devices',
    merged(`<devices><controller type='scsi' model='virtio-scsi'/><rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
    <memballoon model='none'/><watchdog model='i6300esb'/><emulator>/usr/bin/qemu-system-x86_64</emulator><video><model type='virtio'/></video></devices>`),
  ],
  [
    'merged: tuning',
    merged(`<cputune><vcpupin vcpu='0' cpuset='1'/><shares>512</shares></cputune><iothreads>1</iothreads><seclabel type='none'/>
    <blkiotune><weight>500</weight></blkiotune><pm><suspend-to-mem enabled='no'/></pm>`),
  ],
  [
    'merged: a QEMU command line',
    mergeXml(
      seedDomain,
      `<domain xmlns:qemu='${qemu}'><qemu:commandline>
    <qemu:arg value='-device'/><qemu:env name='A' value='b "c" &lt;'/><qemu:arg value='x&#10;y'/></qemu:commandline></domain>`,
    ),
  ],
  [
    'merged: metadata of others',
    merged(
      "<metadata><a:note xmlns:a='urn:a'>press <a:b>any</a:b> key</a:note><c xmlns='urn:c'><d/><e/><d/></c></metadata>",
    ),
  ],
];

const folder = mkdtempSync(join(tmpdir(), 'domain-xml-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(xml: string): string {
  const file = join(folder, 'domain.xml');
  writeFileSync(file, xml);
  return file;
}

function validate(xml: string): { status: number | null; complaints: string } {
  const { status, stderr } = spawnSync('virt-xml-validate', [fileOf(xml), 'domain'], { encoding: 'utf8' });
  return { status, complaints: stderr };
}

describe.skipIf(needs('virt-xml-validate', 'xmllint'))("libvirt's schema", () => {
  test.each(variants)('accepts %s', async (_, domain) => {
    expect(validate(await buildDomain(domain))).toEqual({
      status: 0,
      complaints: expect.stringMatching(/ validates$/m),
    });
  });

  test('refuses what it should, so that accepting means something', async () => {
    const xml = (await buildDomain(seedDomain)).replace('bus="virtio"', 'bus="virtoi"');
    expect(validate(xml)).toEqual({ status: 3, complaints: expect.stringContaining('fails to validate') });
  });
});

describe.skipIf(needs('xmllint'))('canonical XML, by xmllint', () => {
  const canonical = (xml: string): string =>
    execFileSync('sh', ['-c', 'xmllint --noblanks "$1" | xmllint --c14n -', 'sh', fileOf(xml)], { encoding: 'utf8' });

  test("of the seed's domain is that of its template", async () => {
    expect(canonical(await buildDomain(seedDomain))).toBe(canonical(seedXml));
  });

  test('of a merged domain is that of the file merged by hand', async () => {
    const fragment = readFileSync(new URL('merged-fragment.xml', import.meta.url), 'utf8');
    const expected = readFileSync(new URL('merged-by-hand.xml', import.meta.url), 'utf8');
    expect(canonical(await buildDomain(mergeXml(seedDomain, fragment)))).toBe(canonical(expected));
  });
});

describe.skipIf(needs('virsh'))("libvirt's own reader, by its test driver", () => {
  let dumped = '';
  beforeAll(async () => {
    const file = fileOf(await buildDomain({ ...seedDomain, '@type': 'test' }));
    dumped = execFileSync('virsh', ['-c', 'test:///default', `define ${file}; dumpxml --inactive public`], {
      encoding: 'utf8',
    });
  });

  test.each([
    '<name>public</name>',
    "<memory unit='KiB'>524288</memory>",
    "<vcpu placement='static'>1</vcpu>",
    '<kernel>/boot/kvm.current/vmlinuz</kernel>',
    "<source dev='/dev/vg/public.swap'/>",
    "<mac address='52:54:00:61:65:01'/>",
    "<downscript path='/etc/kvm/tun-stop'/>",
    "<target dev='tun65'/>",
    "<graphics type='vnc' port='5965' autoport='no'>",
  ])('keeps %s', (line) => {
    expect(dumped).toContain(line);
  });
});
