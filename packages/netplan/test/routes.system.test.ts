import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, Namespace } from '@kvm/ci/namespace';
import { needs } from '@kvm/ci/needs';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deriveGuestNet, deriveRoutes, type Gateway, type Route, renderRoutes } from '../src/index.ts';
import { runNetworkd } from './networkd.ts';
import { TextFolder } from './text-folder.ts';

const gateway: Gateway = { ipv4: '192.168.100.1', ipv6: 'fd00:100::1', lanDefault: '192.168.100.254' };
const ranges = { ipv4: '172.16.0.0/12', prefix: 24, ipv6: 'fd00:61::/48' };

const routesTo = (vmids: number[], prefix = 24): Route[] =>
  deriveRoutes(
    vmids.map((vmid) => ({ name: `g${vmid}`, net: deriveGuestNet(vmid, { ...ranges, prefix }) })),
    gateway,
  );
const routes = [...routesTo([9, 65, 4095]), ...routesTo([300], 31)];
const wanted = routes.map(({ to, via }) => `${to} via ${via}`).sort();

const folder = new TextFolder();
afterAll(() => folder.remove());

let host: Namespace;
let hoge: Namespace;
async function joinLan(): Promise<void> {
  [host, hoge] = await Promise.all([Namespace.open(), Namespace.open()]);
  connect({ namespace: host, device: 'eth0' }, { namespace: hoge, device: 'eth0' });
  host.run('ip', 'address', 'add', '192.168.100.1/24', 'dev', 'eth0');
  host.run('ip', 'link', 'set', 'dev', 'eth0', 'up');
}

describe.skipIf(needs('root', 'ip', 'unshare', 'nsenter'))("another machine's routes", () => {
  beforeEach(joinLan);
  afterEach(() => Promise.all([host.close(), hoge.close()]));

  test('linux: the script, run twice', () => {
    hoge.run('ip', 'address', 'add', '192.168.100.2/24', 'dev', 'eth0');
    hoge.run('ip', '-6', 'address', 'add', 'fd00:100::2/64', 'dev', 'eth0', 'nodad');
    hoge.run('ip', 'link', 'set', 'dev', 'eth0', 'up');
    const script = folder.add({ path: '/linux', mode: 0o755, content: renderRoutes(routes, 'linux', gateway) });
    for (const _time of ['first', 'again']) {
      expect(hoge.attempt(script)).toMatchObject({ status: 0, stdout: '', stderr: '' });
      expect(hoge.routes()).toEqual(wanted);
    }
  });

  test.each<[string, readonly string[], readonly string[]]>([
    [
      'IPv4',
      ['address', 'add', '192.168.100.2/24', 'dev', 'eth0'],
      ['-6', 'route', 'add', 'default', 'via', 'fe80::77', 'dev', 'eth0'],
    ],
    [
      'IPv6',
      ['address', 'add', 'fd00:100::2/64', 'dev', 'eth0', 'nodad'],
      ['route', 'add', 'default', 'via', '169.254.77.1', 'dev', 'eth0', 'onlink'],
    ],
  ])('linux: a machine with %s alone gets the routes that it can have', (family, address, elsewhere) => {
    hoge.run('ip', ...address);
    hoge.run('ip', 'link', 'set', 'dev', 'eth0', 'up');
    hoge.run('ip', ...elsewhere);
    const script = folder.add({
      path: `/linux-${family}`,
      mode: 0o755,
      content: renderRoutes(routes, 'linux', gateway),
    });
    expect(hoge.attempt(script)).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(hoge.routes().filter((route) => wanted.includes(route))).toEqual(
      wanted.filter((route) => route.startsWith('fd') === (family === 'IPv6')),
    );
  });

  test('linux: a machine that is on no network of the host is told so', () => {
    const script = folder.add({ path: '/linux-far', mode: 0o755, content: renderRoutes(routes, 'linux', gateway) });
    expect(hoge.attempt(script)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('is on a network of this'),
    });
  });

  test.skipIf(needs('networkctl'))('networkd: the drop-in of a .network file', async () => {
    hoge.write(
      '/run/systemd/network/lan.network',
      '[Match]\nName=eth0\n[Network]\nAddress=192.168.100.2/24\nAddress=fd00:100::2/64\nIPv6AcceptRA=no\n',
    );
    hoge.write('/run/systemd/network/lan.network.d/60-kvm.conf', renderRoutes(routes, 'networkd', gateway));
    const { log, end } = await runNetworkd(hoge);
    await end();
    expect(hoge.routes()).toEqual(wanted);
    expect(log()).not.toMatch(/60-kvm\.conf:\d+:/);
  });
});

describe.skipIf(needs('shellcheck', 'dash'))('sh scripts', () => {
  test.each(['linux', 'macos'] as const)('%s', (target) => {
    const script = folder.add({ path: `/${target}.sh`, mode: 0o755, content: renderRoutes(routes, target, gateway) });
    expect(spawnSync('dash', ['-n', script], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    expect(spawnSync('shellcheck', [script], { encoding: 'utf8' })).toMatchObject({ status: 0, stdout: '' });
  });
});

describe.skipIf(needs('bird'))('bird', () => {
  const parse = (content: string): { status: number | null; stderr: string } => {
    const included = folder.add({ path: '/kvm-routes.conf', mode: 0o644, content });
    const main = `router id 192.168.100.2;\nprotocol device {}\ninclude "${included}";\n`;
    const path = folder.add({ path: '/bird.conf', mode: 0o644, content: main });
    return spawnSync('bird', ['-p', '-c', path], { encoding: 'utf8' });
  };

  test.each([
    ['both families', routes],
    ['IPv4', routes.filter(({ to }) => !to.includes(':'))],
    ['none', []],
  ])('%s', (_, of) => {
    expect(parse(renderRoutes(of, 'bird', gateway))).toMatchObject({ status: 0, stderr: '' });
  });

  test('an error would be seen', () => {
    expect(parse(renderRoutes(routes, 'bird', gateway).replace('via', 'by'))).toMatchObject({ status: 1 });
  });
});

describe.skipIf(needs('dnsmasq'))('dnsmasq reads', () => {
  test.each([
    ['no guest', []],
    ['one guest', [65]],
    ['as many as have a route each', Array.from({ length: 21 }, (_, i) => i + 1)],
    ['all guests', Array.from({ length: 4095 }, (_, i) => i + 1)],
  ])('%s', (_, vmids) => {
    const path = folder.add({
      path: '/dnsmasq.conf',
      mode: 0o644,
      content: renderRoutes(routesTo(vmids), 'dnsmasq', gateway),
    });
    expect(spawnSync('dnsmasq', ['--test', '-C', path], { encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: 'dnsmasq: syntax check OK.\n',
    });
  });
});

describe.skipIf(needs('root', 'ip', 'unshare', 'nsenter', 'dnsmasq', 'busybox'))(
  'a DHCP client that takes 576 bytes',
  () => {
    beforeEach(joinLan);
    afterEach(() => Promise.all([host.close(), hoge.close()]));

    /** What busybox's client is told under these option names. */
    async function ask(vmids: number[], options: string[]): Promise<Map<string, string>> {
      const content = `port=0
bind-interfaces
interface=eth0
no-ping
dhcp-range=192.168.100.50,192.168.100.99,1h
dhcp-leasefile=${folder.path}/leases
dhcp-option=option:router,192.168.100.254
dhcp-option=option:dns-server,192.168.100.1,192.168.100.3
dhcp-option=option:ntp-server,192.168.100.1
domain=home.example
${renderRoutes(routesTo(vmids), 'dnsmasq', gateway)}`;
      const path = folder.add({ path: '/dhcp.conf', mode: 0o644, content });
      const [program, words] = host.enter(
        'dnsmasq',
        '-k',
        '-u',
        'root',
        '-g',
        'root',
        '--pid-file=',
        '-C',
        path,
        '--log-facility=-',
      );
      const dnsmasq = spawn(program, words, { stdio: ['ignore', 'ignore', 'pipe'] });
      await once(dnsmasq.stderr, 'data');
      const script = folder.add({ path: '/udhcpc', mode: 0o755, content: '#!/bin/sh\n[ "$1" != bound ] || env\n' });
      try {
        hoge.run('ip', 'link', 'set', 'dev', 'eth0', 'up');
        const requests = ['dns', 'ntpsrv', ...options].flatMap((option) => ['-O', option]);
        const client = ['busybox', 'udhcpc', '-i', 'eth0', '-n', '-q', '-f', '-t', '10', '-T', '1', '-s', script];
        const told = hoge.run(...client, ...requests).split('\n');
        return new Map(told.map((line) => [line.replace(/=.*/, ''), line.replace(/^[^=]*=/, '')]));
      } finally {
        const exit = once(dnsmasq, 'exit');
        dnsmasq.kill();
        await exit;
      }
    }

    const twoGuests = '172.16.9.0/24 192.168.100.1 172.16.65.0/24 192.168.100.1 0.0.0.0/0 192.168.100.254';

    test('gets the routes and the default route, under both numbers', async () => {
      const told = await ask([9, 65], ['staticroutes', 'msstaticroutes']);
      expect(told.get('staticroutes')).toBe(twoGuests);
      expect(told.get('msstaticroutes')).toBe(twoGuests);
    });

    const spread = (length: number) => Array.from({ length }, (_, i) => 3 * i + 1);
    test.each([
      ['as many guests as have a route each', spread(21), 22],
      ['more guests than have a route each', spread(60), 13],
    ])('asks for both and gets at least 121: %s', async (_, vmids, count) => {
      const told = await ask(vmids, ['staticroutes', 'msstaticroutes']);
      expect(told.get('staticroutes')?.split(' ')).toHaveLength(2 * count);
      expect(told.get('staticroutes')).toMatch(/ 0\.0\.0\.0\/0 192\.168\.100\.254$/);
    });

    test('asks for 249 alone, as old Windows does', async () => {
      const told = await ask(spread(21), ['msstaticroutes']);
      expect(told.get('msstaticroutes')?.split(' ')).toHaveLength(44);
      expect(told.has('staticroutes')).toBe(false);
    });
  },
);
