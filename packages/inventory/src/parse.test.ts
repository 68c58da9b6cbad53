import { describe, expect, test } from 'vitest';
import { parseInventory, readNames } from './parse.ts';

const HOST = 'host: { name: management, address: 192.168.100.1/24 }\n';

describe('parseInventory', () => {
  test('fills in all defaults', () => {
    const { inventory } = parseInventory(`${HOST}guests: { public: { vmid: 65 } }`);
    expect(inventory).toEqual({
      domain: 'home.arpa',
      host: {
        name: 'management',
        address: '192.168.100.1',
        prefix: 24,
        network: '192.168.100.0/24',
        uplink: 'eth0',
        vg: 'vg',
        kernel: '/boot/kvm.current/vmlinuz',
        emulator: '/usr/bin/kvm',
        firewall: 'nft',
      },
      ranges: { ipv4: '172.16.0.0/12', prefix: 24 },
      networks: [],
      machines: [],
      guests: [
        {
          name: 'public',
          vmid: 65,
          memoryKiB: 524288,
          vcpus: 1,
          disks: [
            { name: 'root', bytes: 8 * 2 ** 30 },
            { name: 'var', bytes: 4 * 2 ** 30 },
            { name: 'swap', bytes: 512 * 2 ** 20 },
          ],
          cmdline: 'root=/dev/vda',
          autostart: { order: 50, delaySeconds: 0 },
          state: 'running',
        },
      ],
      groups: [],
      services: [],
    });
  });

  test('takes every key', () => {
    const { inventory } = parseInventory(`
domain: home.example
host:
  name: management
  address: 192.168.100.1/24
  address6: FD00:100:0::1/64
  gateway: 192.168.100.254
  uplink: enp3s0
  vg: vg-a
  kernel: /boot/vmlinuz
  initrd: /boot/initrd
  emulator: /usr/bin/qemu-system-x86_64
  firewall: iptables
ranges: { ipv4: 10.0.0.0/16, prefix: 28, ipv6: "fd00:61:0::/48" }
networks: { home: 192.168.100.0/24, office: [10.1.0.0/16, "FD00:2::/64"] }
machines: { hoge: 192.168.100.2, monitor: ["fd00:100::9", 192.168.100.9], six: fd00:100::6 }
guests:
  db:
    vmid: 61
    memory: 1.5GiB
    vcpus: 4
    disks: { data: 100 GiB, swap: none }
    autostart: { order: 1, delay: 2 min }
    state: stopped
    cmdline: root=/dev/vda ro
    xml: |
      <domain><cpu mode='host-passthrough'/></domain>
groups: { data: [db] }
services: { rsync: tcp/873, backup: [tcp/9101-9103, udp/9101] }
policy:
  - { from: home, to: guests, service: ssh, log: true, limit: 10/minute, expires: 2027-01-01, comment: soon by key only }
  - from: anywhere
    to: data
    service: [rsync, backup]
    action: reject
nat: { masquerade: true, forwards: [{ from: lan, service: tcp/2222, guest: db, port: 22 }] }
`);
    expect(inventory).toEqual({
      domain: 'home.example',
      host: {
        name: 'management',
        address: '192.168.100.1',
        prefix: 24,
        network: '192.168.100.0/24',
        address6: 'fd00:100::1',
        prefix6: 64,
        network6: 'fd00:100::/64',
        gateway: '192.168.100.254',
        uplink: 'enp3s0',
        vg: 'vg-a',
        kernel: '/boot/vmlinuz',
        initrd: '/boot/initrd',
        emulator: '/usr/bin/qemu-system-x86_64',
        firewall: 'iptables',
      },
      ranges: { ipv4: '10.0.0.0/16', prefix: 28, ipv6: 'fd00:61::/48' },
      networks: [
        { name: 'home', cidrs: ['192.168.100.0/24'] },
        { name: 'office', cidrs: ['10.1.0.0/16', 'fd00:2::/64'] },
      ],
      machines: [
        { name: 'hoge', address: '192.168.100.2' },
        { name: 'monitor', address: '192.168.100.9', address6: 'fd00:100::9' },
        { name: 'six', address6: 'fd00:100::6' },
      ],
      guests: [
        {
          name: 'db',
          vmid: 61,
          memoryKiB: 1572864,
          vcpus: 4,
          disks: [
            { name: 'root', bytes: 8 * 2 ** 30 },
            { name: 'var', bytes: 4 * 2 ** 30 },
            { name: 'data', bytes: 100 * 2 ** 30 },
          ],
          cmdline: 'root=/dev/vda ro',
          autostart: { order: 1, delaySeconds: 120 },
          state: 'stopped',
          xml: "<domain><cpu mode='host-passthrough'/></domain>\n",
        },
      ],
      groups: [{ name: 'data', guests: ['db'] }],
      services: [
        { name: 'rsync', flows: ['tcp/873'] },
        { name: 'backup', flows: ['tcp/9101-9103', 'udp/9101'] },
      ],
      policy: [
        {
          from: 'home',
          to: 'guests',
          services: ['ssh'],
          action: 'accept',
          log: true,
          limit: '10/minute',
          expires: '2027-01-01',
          comment: 'soon by key only',
          line: 31,
        },
        { from: 'anywhere', to: 'data', services: ['rsync', 'backup'], action: 'reject', line: 32 },
      ],
      nat: { masquerade: true, forwards: [{ from: 'lan', service: 'tcp/2222', guest: 'db', port: 22, line: 36 }] },
    });
  });

  test("puts a guest's keys above the file's defaults, and those above the built-in values", () => {
    const { inventory } = parseInventory(`${HOST}
defaults: { memory: 1 GiB, vcpus: 2, disks: { swap: none, log: 1 GiB }, autostart: false, state: stopped, cmdline: root=/dev/vdb }
guests:
  web: { vmid: 1 }
  db: { vmid: 2, memory: 2 GiB, disks: { log: none, swap: 64 MiB, root: 9 GiB }, autostart: true, state: running }
`);
    const guests = inventory.guests.map(({ disks, ...guest }) => ({ ...guest, disks: disks.map(({ name }) => name) }));
    const cmdline = 'root=/dev/vdb';
    expect(guests).toEqual([
      {
        name: 'web',
        vmid: 1,
        memoryKiB: 2 ** 20,
        vcpus: 2,
        disks: ['root', 'var', 'log'],
        cmdline,
        autostart: false,
        state: 'stopped',
      },
      {
        name: 'db',
        vmid: 2,
        memoryKiB: 2 ** 21,
        vcpus: 2,
        disks: ['root', 'var', 'swap'],
        cmdline,
        autostart: { order: 50, delaySeconds: 0 },
        state: 'running',
      },
    ]);
  });

  test.each([
    ['a byte order mark', `\uFEFF${HOST}guests: { web: { vmid: 1 } }\n`],
    ['CRLF line breaks', `${HOST}guests:\n  web:\n    vmid: 1\n`.replaceAll('\n', '\r\n')],
    [
      'anchors and aliases',
      `${HOST}defaults: &common { memory: 1 GiB }\nguests:\n  web: { vmid: &one 1, vcpus: *one }\n`,
    ],
    ['a document start', `%YAML 1.2\n---\n${HOST}guests: { web: { vmid: 1 } }\n`],
    ['JSON', JSON.stringify({ host: { name: 'm', address: '10.9.0.1/24' }, guests: { web: { vmid: 1 } } })],
  ])('accepts %s', (_name, yaml) => {
    expect(parseInventory(yaml).inventory.guests.map(({ name, vmid }) => [name, vmid])).toEqual([['web', 1]]);
  });

  test('guests may have the names of things in JavaScript', () => {
    const { inventory } = parseInventory(
      `${HOST}guests: { constructor: { vmid: 1 }, prototype: { vmid: 2 }, tostring: { vmid: 3 } }`,
    );
    expect(inventory.guests.map(({ name }) => name)).toEqual(['constructor', 'prototype', 'tostring']);
  });

  test('the LAN may be a named network, and the gateway a machine', () => {
    const { inventory } = parseInventory(`
host: { name: management, address: 192.168.100.1/24, gateway: 192.168.100.254 }
networks: { home: 192.168.100.0/24 }
machines: { router: 192.168.100.254 }
`);
    expect(inventory.networks).toHaveLength(1);
  });

  test('disks lie where and how the defaults and the guest say', () => {
    const { inventory } = parseInventory(`host: { name: management, address: 192.168.100.1/24 }
defaults: { disks: { root: { on: '@ssd' }, var: none, swap: none } }
guests:
  web: { vmid: 1, disks: { data: { size: 1 TiB, type: thin } } }
  db:
    vmid: 2
    disks:
      root: 9 GiB
      data: { size: 2 GiB, type: raid1, on: [/dev/sdb, /dev/sdc] }
      log: { size: 2 GiB, type: striped, over: 3 }
  old: { vmid: 3, disks: { root: { type: thin, pool: slow } } }
`);
    expect(inventory.guests.map(({ disks }) => disks)).toEqual([
      [
        { name: 'root', bytes: 8 * 2 ** 30, on: ['@ssd'] },
        { name: 'data', bytes: 2 ** 40, type: 'thin', pool: 'pool' },
      ],
      [
        { name: 'root', bytes: 9 * 2 ** 30, on: ['@ssd'] },
        { name: 'data', bytes: 2 * 2 ** 30, type: 'raid1', over: 2, on: ['/dev/sdb', '/dev/sdc'] },
        { name: 'log', bytes: 2 * 2 ** 30, type: 'striped', over: 3 },
      ],
      [{ name: 'root', bytes: 8 * 2 ** 30, type: 'thin', pool: 'slow' }],
    ]);
  });

  test('a guest whose kernel needs no virtio disk may have none', () => {
    const { inventory } = parseInventory(`${HOST}
defaults: { disks: { root: none, var: none, swap: none }, cmdline: root=/dev/nfs ip=dhcp }
guests: { web: { vmid: 1 } }
`);
    expect(inventory.guests[0]?.disks).toEqual([]);
  });
});

describe('places in the file', () => {
  const parsed = parseInventory(
    `${HOST}
guests:
  web: { vmid: 1 }
  db:
    vmid: 2
    xml: |2
        <domain>
         <cpu/>
      </domain>
  mail: { vmid: 3, xml: "<domain/>" }
`,
    { file: 'home.yaml' },
  );
  const finding = { code: 'bad-xml', message: 'Not this.', remedy: 'That.' };

  test.each([
    ['a value', ['guests', 'web', 'vmid'], '4:16', '1'],
    ['a map', ['guests', 'db'], '5:3', 'db'],
    ['a value that is left out', ['guests', 'web', 'memory'], '4:3', 'web'],
    ['a section that is left out', ['networks', 'home'], '1:1', 'h'],
    ['a block of text', ['guests', 'db', 'xml'], '7:10', '|2'],
  ])('%s', (_name, path, place, text) => {
    const { line, column, excerpt, length, file } = parsed.problemAt(path, finding);
    expect([file, `${line}:${column}`, excerpt.slice(column - 1, column - 1 + length)]).toEqual([
      'home.yaml',
      place,
      text,
    ]);
    expect(parsed.line(path)).toBe(line);
  });

  test.each([
    ['the first line of a block', 'db', { line: 1, column: 3 }, '8:9 <domain>'],
    ['the second line of a block', 'db', { line: 2, column: 5 }, '9:11 cpu/>'],
    ['beyond the end of a line', 'db', { line: 2, column: 99 }, '9:16 '],
    ['beyond the end of a block', 'db', { line: 99, column: 1 }, '7:10 |2'],
    ['quoted text, which is not told apart', 'mail', { line: 1, column: 2 }, '11:25 "<domain/>" }'],
  ])('within %s', (_name, guest, within, expected) => {
    const { line, column, excerpt } = parsed.problemAt(['guests', guest, 'xml'], { ...finding, within });
    expect(`${line}:${column} ${excerpt.slice(column - 1)}`).toBe(expected);
  });
});

describe('exports', () => {
  const disksOf = (exports: string, own = '') =>
    parseInventory(
      `${HOST}guests: { common: { vmid: 60${own} }, web: { vmid: 61 } }\nshared: { server: common, files: ${exports} }`,
    ).inventory;
  const common = (exports: string, own?: string) =>
    disksOf(exports, own)
      .guests[0]?.disks.filter(({ serial }) => serial !== undefined)
      .map(({ name, bytes }) => [name, bytes / 2 ** 30]);

  test('a guest that serves files has a disk for each, after its own, of the size that it says', () => {
    expect(common('true')).toEqual([['nfs-home', 8]]);
    expect(common('true', ', disks: { nfs-home: 100 GiB }')).toEqual([['nfs-home', 100]]);
    expect(common('true', ", disks: { nfs-home: { on: '@ssd' } }")).toEqual([['nfs-home', 8]]);
    expect(disksOf('true', ', disks: { data: 1 GiB }').guests[0]?.disks.map(({ name }) => name)).toEqual([
      ...['root', 'var', 'swap', 'data', 'nfs-home'],
    ]);
    expect(common('false')).toEqual([]);
    expect(disksOf('true').guests[1]?.disks).toHaveLength(3);
  });

  test('an export may name a disk; those of one folder share one', () => {
    const two = '{ exports: { a: { path: /srv/a, mount: /nfs/a, disk: data }, b: { path: /srv/a, mount: /nfs/b } } }';
    expect(common(two, ', disks: { data: 1 GiB }')).toEqual([['data', 1]]);
    expect(disksOf(two, ', disks: { data: 1 GiB }').shared?.files?.exports.map(({ disk }) => disk)).toEqual([
      'data',
      'data',
    ]);
  });

  test('a server that is no guest has no disks that the file knows', () => {
    const { inventory } = parseInventory(
      `${HOST}machines: { nas: 192.168.100.7 }\nguests: { web: { vmid: 61 } }\nshared: { server: nas }`,
    );
    expect(inventory.shared?.files?.exports).toEqual([
      { name: 'home', path: '/srv/nfs/home', mount: '/nfs/home', readOnly: false },
    ]);
  });

  test('a guest with the name of something that JavaScript has uses the services as all do', () => {
    const { inventory } = parseInventory(
      `${HOST}guests: { common: { vmid: 60 }, constructor: { vmid: 61 } }\nshared: { server: common, auth: { clients: {} } }`,
    );
    const { auth, logs } = inventory.shared ?? {};
    expect([auth?.clients, logs?.clients]).toEqual([
      [{ machine: 'constructor', implementation: 'sssd' }],
      [{ machine: 'constructor', implementation: 'syslog-ng' }],
    ]);
  });
});

test.each([
  [
    'host: { name: h }\nguests: { a: { vmid: 1 }, b: {} }\ngroups: { g: 7 }\nmachines: { m: nowhere }',
    { host: 'h', guests: ['a', 'b'], groups: ['g'], machines: ['m'] },
  ],
  ['guests: [a]\nmachines: 1\nhost: h', { host: undefined, guests: [], groups: [], machines: [] }],
  ['', { host: undefined, guests: [], groups: [], machines: [] }],
])('names of an inventory, right or wrong: %j', (text, names) => {
  expect(readNames(text)).toEqual(names);
});
