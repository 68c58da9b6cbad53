import { spawnSync } from 'node:child_process';
import { Namespace, type Outcome } from '@kvm/ci/namespace';
import { needs } from '@kvm/ci/needs';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deriveGuestNet, type GuestRanges, renderTapScripts } from '../src/index.ts';
import { TextFolder } from './text-folder.ts';

const ipv4 = '172.16.0.0/12';
const ipv6 = 'fd00:61::/48';
const variants: GuestRanges[] = [
  { ipv4, prefix: 24, ipv6 },
  { ipv4, prefix: 30, ipv6: 'fd00:0:61:8000::/49' },
  { ipv4: '10.96.0.0/11', prefix: 31 },
];

const folder = new TextFolder();
afterAll(() => folder.remove());

/** The paths of tun-start and tun-stop for these ranges. */
function scripts(ranges: GuestRanges): [string, string] {
  const below = `/${ranges.ipv4.replace('/', '-')}-${ranges.prefix}-${ranges.ipv6 ?? ''}`.replaceAll(/[:/]/g, '_');
  const [start = '', stop = ''] = renderTapScripts(ranges).map((text) =>
    folder.add({ ...text, path: `/${below}${text.path}` }),
  );
  return [start, stop];
}

describe.skipIf(needs('dash', 'busybox', 'shellcheck'))('a shell reads', () => {
  test.each(variants.flatMap((ranges) => scripts(ranges)))('%s', (script) => {
    for (const shell of [['sh'], ['dash'], ['busybox', 'sh']]) {
      const [program = '', ...words] = shell;
      expect(spawnSync(program, [...words, '-n', script], { encoding: 'utf8' })).toMatchObject({
        status: 0,
        stderr: '',
      });
    }
    expect(spawnSync('shellcheck', [script], { encoding: 'utf8' })).toMatchObject({ status: 0, stdout: '' });
  });
});

// Debian's busybox prefers its own, smaller ip; a host has the real one.
const shells: [string, string[]][] = [
  ['dash', ['dash']],
  ['busybox ash', ['busybox', 'sh', '-c', 'ip() { /sbin/ip "$@"; }; . "$0"']],
];

describe.skipIf(needs('root', 'dash', 'busybox', 'ip', 'unshare', 'nsenter')).each(shells)('under %s', (_, shell) => {
  let host: Namespace;
  beforeEach(async () => {
    host = await Namespace.open();
  });
  afterEach(() => host.close());

  const sh = (script: string, ...words: string[]): Outcome => {
    const { status, stdout, stderr } = host.attempt(...shell, script, ...words);
    return { status, stdout, stderr };
  };
  const silence = { status: 0, stdout: '', stderr: '' };

  test.each(variants.flatMap((ranges) => [65, 300, 4095].map((vmid) => ({ ...ranges, vmid }))))(
    '$ipv4 /$prefix $ipv6: VMID $vmid',
    ({ vmid, ...ranges }) => {
      const net = deriveGuestNet(vmid, ranges);
      const [start, stop] = scripts(ranges);
      host.run('ip', 'tuntap', 'add', 'dev', net.tap, 'mode', 'tap');

      for (const _time of ['first', 'again']) {
        expect(sh(start, net.tap)).toEqual(silence);
        const derived = [net.ipv4, ...(net.ipv6 ? [net.ipv6] : [])].map(({ host, prefix }) => `${host}/${prefix}`);
        expect(host.addresses(net.tap)).toEqual(derived.sort());
      }
      expect(host.run('ip', 'link', 'show', net.tap)).toMatch(/<[^>]*\bUP\b/);
      expect(host.run('ip', '-4', 'route')).toContain(`${net.ipv4.cidr} dev ${net.tap}`);
      expect(host.run('ip', '-6', 'route').includes(`dev ${net.tap}`)).toBe(net.ipv6 !== undefined);

      for (const _time of ['first', 'again']) {
        expect(sh(stop, net.tap)).toEqual(silence);
        expect(host.addresses(net.tap)).toEqual([]);
        expect(host.run('ip', 'link', 'show', net.tap)).not.toMatch(/<[^>]*\bUP\b/);
      }
      host.run('ip', 'link', 'delete', net.tap);
      expect(sh(stop, net.tap)).toEqual(silence);
    },
  );

  test('what a guest may not do is set on its tap', () => {
    const [start] = scripts({ ipv4, prefix: 24, ipv6 });
    host.run('ip', 'tuntap', 'add', 'dev', 'tun65', 'mode', 'tap');
    const keys = ['ipv4/conf/tun65/rp_filter', 'ipv4/conf/tun65/accept_redirects', 'ipv4/conf/tun65/send_redirects'];
    keys.push('ipv6/conf/tun65/disable_ipv6', 'ipv6/conf/tun65/accept_redirects', 'ipv6/conf/tun65/accept_ra');
    const off = ['accept_source_route', 'route_localnet', 'accept_local', 'proxy_arp', 'arp_accept'].map(
      (key) => `ipv4/conf/tun65/${key}`,
    );
    off.push(...['accept_source_route', 'proxy_ndp', 'accept_untracked_na'].map((key) => `ipv6/conf/tun65/${key}`));
    for (const key of off) host.run('sh', '-c', `echo 1 >/proc/sys/net/${key}`);
    host.run('sh', '-c', 'echo 1 >/proc/sys/net/ipv6/conf/tun65/disable_ipv6');
    expect(sh(start, 'tun65')).toEqual(silence);
    expect(keys.map((key) => host.setting(key))).toEqual(['1', '0', '0', '0', '0', '0']);
    expect(off.map((key) => host.setting(key))).toEqual(off.map(() => '0'));
  });

  test('without guests’ IPv6, the tap has not even a link-local address', () => {
    const [start] = scripts({ ipv4, prefix: 24 });
    host.run('ip', 'tuntap', 'add', 'dev', 'tun65', 'mode', 'tap');
    expect(sh(start, 'tun65')).toEqual(silence);
    expect(host.setting('ipv6/conf/tun65/disable_ipv6')).toBe('1');
    expect(host.run('ip', '-6', 'address', 'show', 'dev', 'tun65')).toBe('');
  });

  test('a tap that does not exist cannot be started', () => {
    const [start] = scripts({ ipv4, prefix: 24, ipv6 });
    expect(sh(start, 'tun65')).toMatchObject({ status: 1, stderr: expect.stringContaining('Cannot find device') });
  });

  test.each([
    ...['', 'tun', 'tun0', 'tun007', 'tun4096', 'tun99999', 'tun100000000000000000000', 'tun-1', 'tun6.5', 'tun0x41'],
    ...[
      'tap65',
      'eth0',
      ' tun65',
      'tun65 ',
      'tun65\n',
      'tun65; rm -rf /',
      'tun$(reboot)',
      'tun*',
      '-h',
      'tunétun',
      'tun65/../lo',
    ],
  ])('%j is refused', (name) => {
    for (const script of scripts({ ipv4, prefix: 24, ipv6 })) {
      const program = script.replace(/.*\//, '');
      const stderr = `${program}: "${name}" is no tap of a guest; expected tun1 to tun4095\n`;
      expect(sh(script, name)).toEqual({ status: 1, stdout: '', stderr });
    }
  });

  test('no name at all is refused', () => {
    for (const script of scripts({ ipv4, prefix: 24, ipv6 }))
      expect(sh(script)).toMatchObject({ status: 1, stdout: '' });
  });

  test('a tap beyond a small range is refused', () => {
    const [start] = scripts({ ipv4: '172.16.0.0/20', prefix: 24 });
    expect(sh(start, 'tun16').stderr).toBe('tun-start: "tun16" is no tap of a guest; expected tun1 to tun15\n');
  });
});
