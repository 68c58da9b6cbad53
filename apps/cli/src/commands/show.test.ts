import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { capturedRun, smallInventory } from '../../test/captured-run.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';

const show = (argv: readonly string[], settings: object = {}) =>
  capturedRun(['-i', '-', 'show', ...argv], { stdin: smallInventory, ...settings });

test('a table of all guests', async () => {
  expect(await show([])).toEqual({
    exitCode: 0,
    stdout: `\
GUEST   VMID  IPV4         HOST END       TAP    MAC                 VNC   MEMORY  VCPUS  STATE    AUTOSTART
db        61  172.16.61.1  172.16.61.254  tun61  52:54:00:61:61:01  5961  512 MiB      1  running  order 10, wait 30 s
public    65  172.16.65.1  172.16.65.254  tun65  52:54:00:61:65:01  5965  512 MiB      1  running  order 50
`,
    stderr: '',
  });
});

test('in a terminal, two tables one below the other where one is too wide', async () => {
  const { stdout } = await show(['--no-color'], { terminal: 80 });
  expect(stdout).toBe(`\
GUEST   VMID  IPV4         HOST END       TAP    MAC                 VNC
db        61  172.16.61.1  172.16.61.254  tun61  52:54:00:61:61:01  5961
public    65  172.16.65.1  172.16.65.254  tun65  52:54:00:61:65:01  5965

GUEST    MEMORY  VCPUS  STATE    AUTOSTART
db      512 MiB      1  running  order 10, wait 30 s
public  512 MiB      1  running  order 50
`);
});

test('everything about one guest', async () => {
  const stdin = `domain: home.arpa
host: { name: management, address: 192.168.100.1/24, address6: 'fd00:100::1/64', initrd: /boot/initrd }
ranges: { ipv6: 'fd00:61::/48' }
guests:
  public: { vmid: 65, memory: 1536 MiB, autostart: false, state: stopped, xml: <domain/>, disks: { swap: none } }
`;
  expect(await show(['public'], { stdin })).toEqual({
    exitCode: 0,
    stdout: `\
public  VMID 65
  state     stopped, autostart no
  IPv4      172.16.65.1/24
  IPv6      fd00:61:0:65::1/64
  host end  172.16.65.254, fd00:61:0:65::254 on tun65
  MAC       52:54:00:61:65:01
  VNC       127.0.0.1:5965 on management
  console   /dev/pts/65
  memory    1536 MiB
  vcpus     1
  kernel    /boot/kvm.current/vmlinuz
  initrd    /boot/initrd
  cmdline   root=/dev/vda
  volumes   /dev/vg/public.root  8 GiB  vda
            /dev/vg/public.var   4 GiB  vdb
  routes    172.16.65.0/24     via 192.168.100.1
            fd00:61:0:65::/64  via fd00:100::1
  UUID      a7f1dc8a-7251-56ab-a0b5-5c3e694a244b
  raw XML   is merged into the domain, and may change what is said here
`,
    stderr: '',
  });
});

test('the same as JSON', async () => {
  const all = JSON.parse((await show(['--json'])).stdout);
  const one = JSON.parse((await show(['db', '--json'])).stdout);
  expect(all).toEqual({ version: 1, guests: [one.guest, expect.objectContaining({ name: 'public', vmid: 65 })] });
  expect(one).toEqual({
    version: 1,
    guest: {
      name: 'db',
      vmid: 61,
      uuid: expect.stringMatching(/^[\da-f-]{36}$/),
      state: 'running',
      autostart: { order: 10, delaySeconds: 30 },
      memoryKiB: 524288,
      vcpus: 1,
      ipv4: { address: '172.16.61.1', host: '172.16.61.254', subnet: '172.16.61.0/24', prefix: 24 },
      tap: 'tun61',
      mac: '52:54:00:61:61:01',
      vncPort: 5961,
      console: '/dev/pts/61',
      kernel: '/boot/kvm.current/vmlinuz',
      cmdline: 'root=/dev/vda',
      volumes: [
        { path: '/dev/vg/db.root', device: 'vda', bytes: 8 * 2 ** 30 },
        { path: '/dev/vg/db.var', device: 'vdb', bytes: 4 * 2 ** 30 },
        { path: '/dev/vg/db.swap', device: 'vdc', bytes: 512 * 2 ** 20 },
      ],
      routes: [{ to: '172.16.61.0/24', via: '192.168.100.1' }],
      rawXml: false,
    },
  });
});

test('a guest that is not there', async () => {
  expect(await show(['publc'])).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: 'kvmctl: stdin has no guest "publc". It has: db, public.\n',
  });
  const stdin = 'host: { name: management, address: 192.168.100.1/24 }\n';
  expect(await show([], { stdin })).toEqual({ exitCode: 0, stdout: '', stderr: 'stdin has no guests\n' });
});

test.each(['', ', uuid: 4dea22b3-1d52-d8f3-2516-782e98ab3fa0'])(
  'the UUID that render writes, of a guest {vmid: 65%s}',
  async (uuid) => {
    const cwd = temporaryFolder();
    const stdin = `host: { name: management, address: 192.168.100.1/24 }\nguests: { public: { vmid: 65${uuid} } }\n`;
    const { stdout } = await capturedRun(['-i', '-', 'show', 'public', '--json'], { stdin });
    await capturedRun(['-i', '-', 'render', '--out', 'tree'], { cwd, stdin });
    const files = readdirSync(join(cwd, 'tree'), { recursive: true, encoding: 'utf8' });
    const file = files.find((name) => name.endsWith('public.xml')) ?? '';
    const xml = readFileSync(join(cwd, 'tree', file), 'utf8');
    expect(JSON.parse(stdout).guest.uuid).toBe(/<uuid>(.*)<\/uuid>/.exec(xml)?.[1]);
  },
);
