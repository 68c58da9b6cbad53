import { expect, test } from 'vitest';
import { renderHostSysctls } from './index.ts';

const settings = (uplink: string, ipv6: boolean): string[] =>
  renderHostSysctls({ uplink, ipv6 })
    .content.split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));

test('a file for the machine’s sysctl.d', () => {
  const { path, mode, content } = renderHostSysctls({ uplink: 'eth0', ipv6: false });
  expect([path, mode]).toEqual(['/etc/sysctl.d/60-kvm.conf', 0o644]);
  expect(content).not.toContain('ipv6');
});

test('IPv4 and IPv6, in the order in which they work', () => {
  const ipv4 = [
    'net.ipv4.ip_forward = 1',
    'net.ipv4.conf.all.rp_filter = 1',
    'net.ipv4.conf.tun*.rp_filter = 1',
    'net.ipv4.conf.all.accept_redirects = 0',
    'net.ipv4.conf.default.accept_redirects = 0',
    ...['all', 'default', 'tun*'].map((each) => `net.ipv4.conf.${each}.accept_source_route = 0`),
    'net.ipv4.conf.all.send_redirects = 0',
    'net.ipv4.conf.default.send_redirects = 0',
    'net/ipv4/conf/eth0/send_redirects = 0',
  ];
  expect(settings('eth0', false)).toEqual(ipv4);
  expect(settings('eth0', true)).toEqual([
    ...ipv4,
    'net/ipv6/conf/eth0/accept_ra = 2',
    'net.ipv6.conf.all.forwarding = 1',
    ...['all', 'default'].map((each) => `net.ipv6.conf.${each}.accept_redirects = 0`),
    ...['all', 'default', 'tun*'].map((each) => `net.ipv6.conf.${each}.accept_source_route = 0`),
  ]);
});

test('an uplink with a dot in its name', () => {
  expect(settings('eth0.100', true)).toContain('net/ipv6/conf/eth0.100/accept_ra = 2');
});

test.each(['', '.', '..', 'eth0/..', 'eth 0', 'eth0\nkernel.panic = 1', 'eth*', 'a-name-of-16-chr'])(
  'uplink %j is refused',
  (uplink) => {
    expect(() => renderHostSysctls({ uplink, ipv6: true })).toThrow("is not an interface's name, such as eth0");
  },
);
