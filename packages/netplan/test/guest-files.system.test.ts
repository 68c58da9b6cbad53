import { spawnSync } from 'node:child_process';
import { connect, Namespace } from '@kvm/ci/namespace';
import { needs } from '@kvm/ci/needs';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deriveGuestNet, type GuestNet, type GuestRanges, renderGuestFiles, renderTapScripts } from '../src/index.ts';
import { runNetworkd } from './networkd.ts';
import { TextFolder } from './text-folder.ts';

const variants: GuestRanges[] = [
  { ipv4: '172.16.0.0/12', prefix: 24, ipv6: 'fd00:61::/48' },
  { ipv4: '172.16.0.0/12', prefix: 31, ipv6: 'fd00:61::/48' },
  { ipv4: '172.16.0.0/12', prefix: 30 },
];

const folder = new TextFolder();
afterAll(() => folder.remove());

const file = (net: GuestNet, path: string): string => {
  const nameservers = net.ipv6 === undefined ? [] : ['192.168.100.1', 'fd00:100::1'];
  const files = renderGuestFiles({ name: 'public', net, domain: 'home.example', nameservers });
  return files.find((text) => text.path === path)?.content ?? '';
};

const addresses = (net: GuestNet): string[] =>
  [net.ipv4, ...(net.ipv6 ? [net.ipv6] : [])].map(({ guest, prefix }) => `${guest}/${prefix}`).sort();

const defaultRoutes = (net: GuestNet): string[] =>
  [net.ipv4, ...(net.ipv6 ? [net.ipv6] : [])].map(({ host }) => `default via ${host}`).sort();

describe.skipIf(needs('root', 'ip', 'unshare', 'nsenter', 'busybox'))('a guest behind its tap', () => {
  let host: Namespace;
  let guest: Namespace;
  beforeEach(async () => {
    [host, guest] = await Promise.all([Namespace.open(), Namespace.open()]);
  });
  afterEach(() => Promise.all([host.close(), guest.close()]));

  function plugIn(net: GuestNet, ranges: GuestRanges): void {
    connect({ namespace: guest, device: 'eth0', mac: net.mac }, { namespace: host, device: net.tap });
    const [tunStart = ''] = renderTapScripts(ranges).map((text) => folder.add(text));
    host.run('sh', tunStart, net.tap);
  }

  /** The guest has what was derived for it, and the host answers. */
  function expectConnected(net: GuestNet): void {
    expect(guest.addresses('eth0')).toEqual(addresses(net));
    expect(guest.routes()).toEqual(defaultRoutes(net));
    expect(guest.run('busybox', 'ping', '-c', '1', '-W', '5', net.ipv4.host)).toContain('1 packets received');
  }

  const ifups: [string, string[]][] = [
    ["Debian's ifupdown", ['ifup', '-a']],
    ["busybox's ifup", ['busybox', 'ifup', '-a']],
  ];
  describe.skipIf(needs('ifup')).each(ifups)('%s', (_, ifup) => {
    test.each(variants)('/$prefix of $ipv4, $ipv6', (ranges) => {
      const net = deriveGuestNet(65, ranges);
      plugIn(net, ranges);
      // As at a machine's start: bringing lo up is the file's job, and busybox insists on being the first.
      guest.sh('ip link set lo down && ip address flush dev lo && mount -t tmpfs tmpfs /etc/network');
      for (const step of ['if-pre-up.d', 'if-up.d']) guest.run('mkdir', `/etc/network/${step}`);
      guest.run('mkdir', '/run/network');
      guest.write('/etc/network/interfaces', file(net, '/etc/network/interfaces'));
      guest.run(...ifup);
      expectConnected(net);
    });
  });

  describe.skipIf(needs('networkctl'))('systemd-networkd', () => {
    test.each(variants)('/$prefix of $ipv4, $ipv6', async (ranges) => {
      const net = deriveGuestNet(65, ranges);
      plugIn(net, ranges);
      guest.write('/run/systemd/network/10-eth0.network', file(net, '/etc/systemd/network/10-eth0.network'));
      const { log, end } = await runNetworkd(guest);
      try {
        expectConnected(net);
        expect(guest.run('cat', '/run/systemd/netif/state')).toContain('DOMAINS=home.example');
      } finally {
        await end();
      }
      // networkd's complaints name the file and the line.
      expect(log()).not.toMatch(/10-eth0\.network:\d+:/);
    });
  });

  test.skipIf(needs('udevadm'))('udev renames the card by its MAC address', () => {
    const net = deriveGuestNet(65, { ipv4: '172.16.0.0/12', prefix: 24 });
    connect({ namespace: guest, device: 'ens3', mac: net.mac }, { namespace: host, device: net.tap });
    connect({ namespace: guest, device: 'ens4', mac: '52:54:00:61:65:02' }, { namespace: host, device: 'other' });
    guest.write('/run/systemd/network/10-eth0.link', file(net, '/etc/systemd/network/10-eth0.link'));
    const named = (device: string) =>
      guest.attempt('udevadm', 'test-builtin', 'net_setup_link', `/sys/class/net/${device}`);
    expect(named('ens3')).toMatchObject({ status: 0, stdout: expect.stringContaining('ID_NET_NAME=eth0\n') });
    expect(named('ens3').stderr).not.toMatch(/unknown|invalid|failed to parse/i);
    expect(named('ens4').stdout).not.toContain('ID_NET_NAME=eth0');
  });
});

describe.skipIf(needs('netplan'))("cloud-init's network configuration, read by netplan", () => {
  test.each(variants)('/$prefix of $ipv4, $ipv6', (ranges) => {
    const net = deriveGuestNet(65, ranges);
    const content = file(net, '/etc/cloud/cloud.cfg.d/60-network.cfg');
    const root = `/netplan-${ranges.prefix}`;
    folder.add({ path: `${root}/etc/netplan/60-network.yaml`, mode: 0o600, content });
    expect(
      spawnSync('netplan', ['generate', '--root-dir', `${folder.path}${root}`], { encoding: 'utf8' }),
    ).toMatchObject({
      status: 0,
      stderr: '',
    });
    const generated = spawnSync('cat', [`${folder.path}${root}/run/systemd/network/10-netplan-eth0.network`], {
      encoding: 'utf8',
    }).stdout;
    const values = (key: string): string[] =>
      [...generated.matchAll(new RegExp(`^(?:${key})=(.*)$`, 'gm'))].map(([, value = '']) => value);
    expect(values('PermanentMACAddress|MACAddress')).toEqual([net.mac]);
    expect(values('Address').sort()).toEqual(addresses(net));
    expect(
      values('Gateway')
        .map((via) => `default via ${via}`)
        .sort(),
    ).toEqual(defaultRoutes(net));
    expect(values('DNS')).toEqual(net.ipv6 === undefined ? [] : ['192.168.100.1', 'fd00:100::1']);
    expect(values('Domains')).toEqual(['home.example']);
    expect(values('IPv6AcceptRA')).toEqual(['no']);
  });
});
