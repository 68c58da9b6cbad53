import { Namespace } from '@kvm/ci/namespace';
import { needs } from '@kvm/ci/needs';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { renderHostSysctls } from '../src/index.ts';
import { TextFolder } from './text-folder.ts';

const keys = [
  ...['ipv4/ip_forward', 'ipv4/conf/all/rp_filter', 'ipv4/conf/tun65/rp_filter', 'ipv4/conf/all/accept_redirects'],
  ...['ipv4/conf/all/send_redirects', 'ipv4/conf/default/send_redirects', 'ipv4/conf/UPLINK/send_redirects'],
  ...['ipv6/conf/all/forwarding', 'ipv6/conf/UPLINK/accept_ra'],
];
const wanted = ['1', '1', '1', '0', '0', '0', '0', '1', '2'];
/** Where a packet's own way is taken, when somebody had the kernel take it: everywhere and on each interface. */
const sourceRoutes = ['ipv4', 'ipv6'].flatMap((family) =>
  ['all', 'default', 'tun65'].map((each) => `${family}/conf/${each}/accept_source_route`),
);

const folder = new TextFolder();
afterAll(() => folder.remove());

describe.skipIf(needs('root', 'ip', 'unshare', 'nsenter', 'sysctl')).each(['eth0', 'eth0.100'])(
  'uplink %s',
  (uplink) => {
    const path = folder.add({ ...renderHostSysctls({ uplink, ipv6: true }), path: `/${uplink}/both.conf` });
    const ipv4Path = folder.add({ ...renderHostSysctls({ uplink, ipv6: false }), path: `/${uplink}/ipv4.conf` });
    let host: Namespace;
    beforeEach(async () => {
      host = await Namespace.open();
      host.run('ip', 'link', 'add', uplink, 'type', 'veth', 'peer', 'name', 'lan');
      host.run('ip', 'tuntap', 'add', 'dev', 'tun65', 'mode', 'tap');
    });
    afterEach(() => host.close());

    const settings = (): string[] => keys.map((key) => host.setting(key.replace('UPLINK', uplink)));

    test('sysctl -p takes every line', () => {
      expect(settings()).not.toEqual(wanted);
      expect(host.attempt('sysctl', '-p', path)).toMatchObject({ status: 0, stderr: '' });
      expect(settings()).toEqual(wanted);
    });

    test('source routes are turned off where they were on', () => {
      for (const key of sourceRoutes) host.run('sh', '-c', `echo 1 >/proc/sys/net/${key}`);
      host.run('sysctl', '-p', path);
      expect(sourceRoutes.map((key) => host.setting(key))).toEqual(sourceRoutes.map(() => '0'));
    });

    test('without IPv6, forwarding of IPv6 stays off', () => {
      expect(host.attempt('sysctl', '-p', ipv4Path)).toMatchObject({ status: 0, stderr: '' });
      expect(settings()).toEqual([...wanted.slice(0, 7), '0', '1']);
    });

    test('a host that has no guest yet', () => {
      host.run('ip', 'link', 'delete', 'tun65');
      expect(host.attempt('sysctl', '-p', path)).toMatchObject({ status: 0, stderr: '' });
    });

    test.skipIf(needs('systemd-analyze'))('systemd at boot, and for a new tap against its own default of 2', () => {
      const sysctl = '/usr/lib/systemd/systemd-sysctl';
      expect(host.attempt(sysctl, '--prefix=/net', path)).toMatchObject({ status: 0, stderr: '' });
      expect(settings()).toEqual(wanted);
      host.run('ip', 'link', 'delete', 'tun65');
      host.run('ip', 'tuntap', 'add', 'dev', 'tun65', 'mode', 'tap');
      const systemdDefaults = folder.add({
        path: '/50-default.conf',
        mode: 0o644,
        content: 'net.ipv4.conf.*.rp_filter = 2\n',
      });
      host.run(sysctl, '--prefix=/net/ipv4/conf/tun65', systemdDefaults);
      expect(host.setting('ipv4/conf/tun65/rp_filter')).toBe('2');
      host.run(sysctl, '--prefix=/net/ipv4/conf/tun65', systemdDefaults, path);
      expect(host.setting('ipv4/conf/tun65/rp_filter')).toBe('1');
    });
  },
);
