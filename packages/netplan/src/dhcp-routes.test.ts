import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deriveGuestNet, deriveRoutes, type Gateway, renderRoutes } from './index.ts';

const ranges = { ipv4: '172.16.0.0/12', prefix: 24, ipv6: 'fd00:61::/48' };
const gateway: Gateway = { ipv4: '192.168.100.1', lanDefault: '192.168.100.254' };

const render = (vmids: number[], of: Gateway = gateway, prefix = 24): string => {
  const guests = vmids.map((vmid) => ({ name: `g${vmid}`, net: deriveGuestNet(vmid, { ...ranges, prefix }) }));
  return renderRoutes(deriveRoutes(guests, of), 'dnsmasq', of);
};

/** The destination and gateway pairs of a `dhcp-option` line. */
function option(text: string, number: 121 | 249): { to: string; via: string }[] {
  const words = new RegExp(`^dhcp-option=${number},(.*)$`, 'm').exec(text)?.[1]?.split(',') ?? [];
  return words.flatMap((to, i) => (i % 2 === 0 ? [{ to, via: words[i + 1] ?? '' }] : []));
}

const ipv4Number = (address = ''): number => address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);

function covers(outer: string, inner: string): boolean {
  const [start, length] = outer.split('/');
  const size = 2 ** (32 - Number(length));
  return Math.floor(ipv4Number(inner.split('/')[0]) / size) * size === ipv4Number(start);
}

test('two guests: the routes and the default route, the standard’s option last', () => {
  expect(render([65, 9])).toBe(`# The guests behind 192.168.100.1, for DHCP clients. Put it into /etc/dnsmasq.d/.
# 172.16.9.0/24 g9
# 172.16.65.0/24 g65
# The default route is among them, because a client that takes 121 does not look at option 3, router (RFC 3442).
dhcp-option=249,172.16.9.0/24,192.168.100.1,172.16.65.0/24,192.168.100.1,0.0.0.0/0,192.168.100.254
dhcp-option=121,172.16.9.0/24,192.168.100.1,172.16.65.0/24,192.168.100.1,0.0.0.0/0,192.168.100.254
`);
});

test('an unknown default route is said to be missing', () => {
  const text = render([65], { ipv4: '192.168.100.1' });
  expect(text).toContain('it gets no default route here');
  expect(option(text, 121)).toEqual([{ to: '172.16.65.0/24', via: '192.168.100.1' }]);
});

test('IPv6 routes are said to be missing', () => {
  const text = render([65], { ...gateway, ipv6: 'fd00:100::1' });
  expect(text).toContain('# DHCPv6 hands out no routes.');
  expect(text).not.toContain('fd00');
});

test('no guests, no option', () => {
  expect(render([])).toBe('# The guests behind 192.168.100.1, for DHCP clients. Put it into /etc/dnsmasq.d/.\n');
});

test('as many guests as fit have a route each; one more, and covering prefixes replace them', () => {
  const vmids = Array.from({ length: 22 }, (_, i) => 3 * i + 1);
  const fits = render(vmids.slice(0, 21));
  expect(option(fits, 121)).toHaveLength(22);
  expect(fits).not.toContain('too many');

  const tooMany = render(vmids);
  expect(tooMany).toContain(
    '# These are too many for one DHCP answer: the prefixes below cover them, and addresses between',
  );
  expect(option(tooMany, 121).map(({ to }) => to)).toEqual([
    ...[0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 52, 56, 60, 64].map((octet) => `172.16.${octet}.0/22`),
    '0.0.0.0/0',
  ]);
});

test('any guests: both options say the same, fit into 180 bytes, and cover every guest', () => {
  const vmids = fc.uniqueArray(fc.integer({ min: 1, max: 4095 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(vmids, fc.integer({ min: 24, max: 31 }), (of, prefix) => {
      const text = render(of, gateway, prefix);
      const routes = option(text, 121);
      expect(option(text, 249)).toEqual(routes);
      const bytes = routes.map(({ to }) => 5 + Math.ceil(Number(to.split('/')[1]) / 8));
      expect(bytes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(180);
      expect(routes.pop()).toEqual({ to: '0.0.0.0/0', via: '192.168.100.254' });
      expect(new Set(routes.map(({ via }) => via))).toEqual(new Set(['192.168.100.1']));
      for (const vmid of of) {
        const { cidr } = deriveGuestNet(vmid, { ...ranges, prefix }).ipv4;
        expect(routes.filter(({ to }) => covers(to, cidr))).toHaveLength(1);
      }
    }),
  );
});
