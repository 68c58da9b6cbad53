import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  deriveGuestNet,
  type GuestRanges,
  NetplanError,
  parseMacAddress,
  parseTapName,
  vmidMax,
  vmidMin,
} from './index.ts';

const ranges: GuestRanges = { ipv4: '172.16.0.0/12', prefix: 24, ipv6: 'fd00:61::/48' };

const ipv4Number = (address: string): number => address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
const ipv4Text = (address: number): string => [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
const isCanonicalIpv6 = (address: string): boolean => new URL(`http://[${address}]/`).hostname === `[${address}]`;

function codeOf(derive: () => unknown): string {
  try {
    derive();
  } catch (error) {
    if (error instanceof NetplanError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'no error';
}

test('the guest public of VMID 65', () => {
  expect(deriveGuestNet(65, ranges)).toEqual({
    vmid: 65,
    tap: 'tun65',
    mac: '52:54:00:61:65:01',
    vncPort: 5965,
    console: '/dev/pts/65',
    ipv4: { cidr: '172.16.65.0/24', prefix: 24, guest: '172.16.65.1', host: '172.16.65.254' },
    ipv6: { cidr: 'fd00:61:0:65::/64', prefix: 64, guest: 'fd00:61:0:65::1', host: 'fd00:61:0:65::254' },
  });
});

test('no IPv6 range, no IPv6 subnet', () => {
  expect(deriveGuestNet(65, { ipv4: '172.16.0.0/12', prefix: 24 })).not.toHaveProperty('ipv6');
});

test.each([
  [1, '172.16.1', '52:54:00:61:01:01', 5901],
  [9, '172.16.9', '52:54:00:61:09:01', 5909],
  [10, '172.16.10', '52:54:00:61:10:01', 5910],
  [61, '172.16.61', '52:54:00:61:61:01', 5961],
  [65, '172.16.65', '52:54:00:61:65:01', 5965],
  [99, '172.16.99', '52:54:00:61:99:01', 5999],
  [100, '172.16.100', '52:54:00:62:00:01', 6000],
  [255, '172.16.255', '52:54:00:63:55:01', 6155],
  [256, '172.17.0', '52:54:00:63:56:01', 6156],
  [300, '172.17.44', '52:54:00:64:00:01', 6200],
  [999, '172.19.231', '52:54:00:6a:99:01', 6899],
  [4095, '172.31.255', '52:54:00:89:95:01', 9995],
])('VMID %i', (vmid, subnet, mac, vncPort) => {
  const subnet6 = `fd00:61:0:${vmid}`;
  expect(deriveGuestNet(vmid, ranges)).toEqual({
    vmid,
    tap: `tun${vmid}`,
    mac,
    vncPort,
    console: `/dev/pts/${vmid}`,
    ipv4: { cidr: `${subnet}.0/24`, prefix: 24, guest: `${subnet}.1`, host: `${subnet}.254` },
    ipv6: { cidr: `${subnet6}::/64`, prefix: 64, guest: `${subnet6}::1`, host: `${subnet6}::254` },
  });
});

test.each([
  [24, '172.16.65.0/24', '172.16.65.1', '172.16.65.254'],
  [25, '172.16.32.128/25', '172.16.32.129', '172.16.32.254'],
  [28, '172.16.4.16/28', '172.16.4.17', '172.16.4.30'],
  [30, '172.16.1.4/30', '172.16.1.5', '172.16.1.6'],
  [31, '172.16.0.130/31', '172.16.0.130', '172.16.0.131'],
])('VMID 65 in a range cut into /%i', (prefix, cidr, guest, host) => {
  expect(deriveGuestNet(65, { ipv4: '172.16.0.0/12', prefix }).ipv4).toEqual({ cidr, prefix, guest, host });
});

test.each([
  ['fd00::/8', 'fd00:0:0:65::'],
  ['fd00:61:0:ab00::/56', 'fd00:61:0:ab65::'],
  ['2001:db8:0:8000::/49', '2001:db8:0:8065::'],
  ['FD00:0061:0:0:0:0:0:0/48', 'fd00:61:0:65::'],
  ['fd00:0:0:1000::/52', 'fd00:0:0:1065::'],
])('VMID 65 in the IPv6 range %s', (ipv6, network) => {
  expect(deriveGuestNet(65, { ...ranges, ipv6 }).ipv6?.cidr).toBe(`${network}/64`);
});

describe('over all VMIDs', () => {
  const all = Array.from({ length: vmidMax - vmidMin + 1 }, (_, i) => deriveGuestNet(vmidMin + i, ranges));

  test('no two guests share anything', () => {
    expect(all).toHaveLength(4095);
    const identities = all.flatMap(({ vmid, tap, mac, vncPort, console, ipv4, ipv6 }) => [
      ...[vmid, tap, mac, `port ${vncPort}`, console, ipv4.cidr, ipv4.guest, ipv4.host],
      ...[ipv6?.cidr, ipv6?.guest, ipv6?.host],
    ]);
    expect(new Set(identities).size).toBe(4095 * 11);
  });

  test('each subnet starts after the one before it has ended', () => {
    const starts = all.map(({ ipv4 }) => ipv4Number(ipv4.cidr.replace('/24', '')));
    expect(starts.every((start, i) => i === 0 || start === (starts[i - 1] ?? 0) + 256)).toBe(true);
  });

  test('taps and MAC addresses lead back to the VMID', () => {
    expect(all.filter(({ vmid, tap }) => parseTapName(tap) !== vmid)).toEqual([]);
    expect(all.filter(({ vmid, mac }) => parseMacAddress(mac)?.vmid !== vmid)).toEqual([]);
  });

  test('IPv6 text is canonical', () => {
    expect(all.filter(({ ipv6 }) => !isCanonicalIpv6(ipv6?.guest ?? '') || !isCanonicalIpv6(ipv6?.host ?? ''))).toEqual(
      [],
    );
  });
});

const anyVmid = fc.integer({ min: vmidMin, max: vmidMax });

/** Ranges of private and public addresses, of any length, cut into guests' subnets of any length. */
const anyIpv4Range = fc
  .record({
    firstOctet: fc.constantFrom(1, 10, 100, 126, 128, 172, 192, 223),
    rest: fc.nat({ max: 0xffffff }),
    length: fc.integer({ min: 8, max: 24 }),
    prefix: fc.integer({ min: 24, max: 31 }),
  })
  .map(({ firstOctet, rest, length, prefix }) => {
    const start = firstOctet * 2 ** 24 + Math.floor(rest / 2 ** (32 - length)) * 2 ** (32 - length);
    return { start, length, ranges: { ipv4: `${ipv4Text(start)}/${length}`, prefix } };
  });

test('any IPv4 range: a subnet of its own inside it, or an error that says how many fit', () => {
  fc.assert(
    fc.property(anyIpv4Range, anyVmid, anyVmid, ({ start, length, ranges }, vmid, other) => {
      const room = 2 ** (ranges.prefix - length) - 1;
      if (vmid > room) {
        expect(codeOf(() => deriveGuestNet(vmid, ranges))).toContain(
          room === 0 ? 'has room for no VMID' : `has room for VMIDs 1 to ${room};`,
        );
        return;
      }
      const { ipv4 } = deriveGuestNet(vmid, ranges);
      const size = 2 ** (32 - ranges.prefix);
      const network = ipv4Number(ipv4.cidr.replace(/\/.*/, ''));
      const [guest, host] = [ipv4Number(ipv4.guest), ipv4Number(ipv4.host)];
      expect(network).toBe(start + vmid * size);
      expect(network + size).toBeLessThanOrEqual(start + 2 ** (32 - length));
      expect(guest).toBeLessThan(host);
      expect(guest).toBeGreaterThanOrEqual(network + (size > 2 ? 1 : 0));
      expect(host).toBeLessThan(network + size - (size > 2 ? 1 : 0));
      if (other !== vmid && other <= room) {
        const otherNetwork = ipv4Number(deriveGuestNet(other, ranges).ipv4.cidr.replace(/\/.*/, ''));
        expect(Math.abs(otherNetwork - network)).toBeGreaterThanOrEqual(size);
      }
    }),
  );
});

test('any length of IPv6 range: the digits, or an error', () => {
  fc.assert(
    fc.property(fc.integer({ min: 16, max: 128 }), anyVmid, (length, vmid) => {
      const derive = () => deriveGuestNet(vmid, { ...ranges, ipv6: `fd61::/${length}` }).ipv6;
      if (length <= 64 && Number(`0x${vmid}`) < 2 ** (64 - length)) expect(derive()?.guest).toBe(`fd61:0:0:${vmid}::1`);
      else expect(codeOf(derive)).toContain('range-too-small');
    }),
  );
});

test.each([
  ['172.16.0.0/20', 16, 'VMID 16 does not fit: 172.16.0.0/20, split into /24 subnets, has room for VMIDs 1 to 15;'],
  ['172.16.65.0/24', 1, 'VMID 1 does not fit: 172.16.65.0/24, split into /24 subnets, has room for no VMID;'],
])('a small IPv4 range: %s', (ipv4, vmid, message) => {
  expect(codeOf(() => deriveGuestNet(vmid, { ipv4, prefix: 24 }))).toContain(message);
});

test.each([
  ['fd00:61::/56', 100, 99],
  ['fd00:61::/57', 80, 79],
  ['fd00:61::/49', 4095, undefined],
  ['fd00:61::/50', 4000, 3999],
])('a small IPv6 range: %s', (ipv6, vmid, largest) => {
  const message = largest === undefined ? 'no error' : `${ipv6} has room for VMIDs 1 to ${largest};`;
  expect(codeOf(() => deriveGuestNet(vmid, { ...ranges, ipv6 }))).toContain(message);
});

test.each([0, -1, 4096, 6.5, Number.NaN, Number.POSITIVE_INFINITY])('VMID %d is refused', (vmid) => {
  expect(codeOf(() => deriveGuestNet(vmid, ranges))).toBe(
    `invalid-vmid: VMID ${vmid} is not a whole number from 1 to 4095`,
  );
});

test.each([23, 32, 24.5, -1, Number.NaN])("guests' prefix length %d is refused", (prefix) => {
  expect(codeOf(() => deriveGuestNet(65, { ...ranges, prefix }))).toContain('invalid-range');
});

test.each([
  ...[
    '',
    '172.16.0.0',
    '172.16.0.0/',
    '172.16.0.0/0',
    '172.16.0.0/012',
    '172.16.0.0/33',
    '172.16.0.0/-1',
    '172.16.0.0/1e1',
  ],
  ...[' 172.16.0.0/12', '172.16.0.0/12 ', '172.16.0.0 /12', '172.16.0.0/12\n', '172.16.0.0/12/12'],
  ...[
    '172.016.0.0/12',
    '0x172.16.0.0/12',
    '172.16/12',
    '172.16.0.0.0/12',
    '172.16.256.0/24',
    '172.16.-1.0/24',
    '２.16.0.0/12',
  ],
  ...['fd00:61::/48', '::ffff:172.16.0.0/108', 'localhost/12', `172.16.0.0/${'1'.repeat(10_000)}`],
])('IPv4 range %j is refused', (ipv4) => {
  expect(codeOf(() => deriveGuestNet(1, { ipv4, prefix: 24 }))).toMatch(
    /^invalid-range: range .* is not an IPv4 range; write it like 172.16.0.0\/12$/s,
  );
});

test.each([
  ...[
    '',
    'fd00:61::',
    'fd00:61::/0',
    'fd00:61::/048',
    'fd00:61::/129',
    'fd00:61::/',
    ' fd00:61::/48',
    'fd00:61::/48\n',
  ],
  ...[
    'fd00:::/48',
    'fd00::61::/48',
    'fd00:61/48',
    'fd00:00061::/48',
    'fg00::/48',
    'fd00::1%eth0/48',
    '1:2:3:4:5:6:7:8:9/48',
  ],
  ...['172.16.0.0/12', '::ffff:172.16.0.0/108', '[fd00:61::]/48', ':/48', `${'fd00:'.repeat(10_000)}/48`],
])('IPv6 range %j is refused', (ipv6) => {
  expect(codeOf(() => deriveGuestNet(1, { ...ranges, ipv6 }))).toMatch(
    /^invalid-range: range .* is not an IPv6 range; write it like fd00:61::\/48$/s,
  );
});

test('a range with host bits set is refused, and the one meant is named', () => {
  expect(codeOf(() => deriveGuestNet(1, { ipv4: '172.17.0.0/12', prefix: 24 }))).toBe(
    'invalid-range: range "172.17.0.0/12" does not start where a /12 starts; did you mean 172.16.0.0/12?',
  );
  expect(codeOf(() => deriveGuestNet(1, { ...ranges, ipv6: 'fd00:61::1/48' }))).toContain('did you mean fd00:61::/48?');
});

test.each(['0.0.0.0/1', '0.0.0.0/8', '127.0.0.0/8', '96.0.0.0/3', '224.0.0.0/4', '240.0.0.0/4', '128.0.0.0/1'])(
  'IPv4 range %s is not for guests',
  (ipv4) => {
    expect(codeOf(() => deriveGuestNet(1, { ipv4, prefix: 24 }))).toContain('holds addresses that no guest can have');
  },
);

test.each(['::/8', 'fe80::/10', 'ff00::/8', 'f000::/4', '64:ff9b::/48', '2000::/2', 'fec0::/10'])(
  'IPv6 range %s is not for guests',
  (ipv6) => {
    expect(codeOf(() => deriveGuestNet(1, { ...ranges, ipv6 }))).toContain('invalid-range');
  },
);

test('any text as a range gives a subnet or a NetplanError', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(codeOf(() => deriveGuestNet(1, { ipv4: text, prefix: 24 }))).toContain('invalid-range');
      expect(codeOf(() => deriveGuestNet(1, { ...ranges, ipv6: text }))).toContain('invalid-range');
    }),
  );
});
