import type { SharedServices } from '../declaration.ts';

/**
 * Addresses of those who answer for names, in the order in which they are asked: one address of each, then their second ones. Of
 * more than three, resolv.conf(5) does not take the rest.
 */
export function nameServers({ dns, machines }: SharedServices): readonly string[] {
  if (dns === undefined) return [];
  const all = [dns.server, dns.replica].map(
    (name) => machines.find((machine) => machine.name === name)?.addresses ?? [],
  );
  const most = Math.max(...all.map(({ length }) => length));
  return Array.from({ length: most }, (_, index) => all.flatMap((addresses) => addresses[index] ?? [])).flat();
}
