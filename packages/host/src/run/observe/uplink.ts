import type { RunProgram } from '@kvm/command';
import type { Uplink } from '../../index.ts';
import { mustRun } from '../access/must-run.ts';

interface RouteInfo {
  readonly dev?: string;
  readonly gateway?: string;
}

interface LinkInfo {
  readonly ifname: string;
  readonly addr_info: readonly { readonly local: string; readonly prefixlen: number }[];
}

/** The interface of the default route, else the first with an address; undefined where none has an IPv4 address. */
export async function findUplink(run: RunProgram): Promise<Uplink | undefined> {
  const ask = async <T>(...words: string[]): Promise<readonly T[]> =>
    JSON.parse((await mustRun(run, ['ip', '-j', '-4', ...words])) || '[]');
  const [routes, links] = await Promise.all([
    ask<RouteInfo>('route', 'show', 'default'),
    ask<LinkInfo>('address', 'show', 'up', 'scope', 'global'),
  ]);
  const withAddress = links.filter(({ addr_info: addresses = [] }) => addresses.length > 0);
  const link = withAddress.find(({ ifname }) => ifname === routes[0]?.dev) ?? withAddress[0];
  const [address] = link?.addr_info ?? [];
  if (link === undefined || address === undefined) return undefined;
  const gateway = routes.find(({ dev }) => dev === link.ifname)?.gateway;
  return {
    device: link.ifname,
    address: `${address.local}/${address.prefixlen}`,
    ...(gateway !== undefined && { gateway }),
  };
}
