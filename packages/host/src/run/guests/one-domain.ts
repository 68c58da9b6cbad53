import { HostError } from '../../index.ts';

/** What tells domains apart. */
interface Known {
  readonly name: string;
  readonly uuid: string;
}

/**
 * The one domain that a person means, of that which has the name and those which have the VMID.
 *
 * @throws HostError `no-such-guest`; `ambiguous-guest` when more than one domain could be meant
 */
export function oneDomain<D extends Known>(nameOrVmid: string, named: D | undefined, numbered: readonly D[]): D {
  const others = numbered.filter(({ uuid }) => uuid !== named?.uuid);
  const [found, ...more] = named ? [named, ...others] : others;
  if (!found) {
    const message = `there is no domain "${nameOrVmid}", by name or VMID. \`kvmctl list\` shows those there are.`;
    throw new HostError('no-such-guest', message);
  }
  if (more.length === 0) return found;
  const names = others.map(({ name }) => name).join(', ');
  const message = named
    ? `${nameOrVmid} is the name of one domain and the VMID of another: ${names}. Name the other, or give the one that is named ${nameOrVmid} a name that is no number: \`virsh domrename ${nameOrVmid} NAME\`.`
    : `VMID ${nameOrVmid} is that of several domains: ${names}. Name one of them.`;
  throw new HostError('ambiguous-guest', message);
}
