import { type Connection, type DomainStats, statsOfAll } from '@kvm/libvirt';

/** What a running domain has used since it was started: libvirt's statistics, and whose they are. */
export type UsedByDomain = Omit<DomainStats, 'domain' | 'values'> & { readonly name: string; readonly uuid: string };

/** The statistics of all domains that run, by name. */
export async function loadStats(connection: Connection): Promise<readonly UsedByDomain[]> {
  const stats = await statsOfAll(connection, { active: true });
  return stats
    .map(({ domain: { name, uuid }, values: _, ...used }) => ({ name, uuid, ...used }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
