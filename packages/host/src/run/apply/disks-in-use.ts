import { type DomainDocument, type DomainElement, domainData, parseXml } from '@kvm/domain-xml';
import { type Connection, type Domain, unlessGone } from '@kvm/libvirt';
import { HostError } from '../../errors.ts';
import { diskChanges } from '../../plan/disk-data.ts';
import { jobsOf } from '../../plan/hold-disks.ts';
import { hindrances } from '../../plan/plan-destroy.ts';
import { observeJobs, observeKept } from '../observe/observe.ts';

/*
 * A plan may be confirmed an hour after it was made, and a backup begins at any time: what a step could lose is looked at
 * again just before.
 */

interface Now {
  readonly definition: DomainElement;
  /** Absent when it does not run. */
  readonly running?: DomainElement;
  readonly jobs: readonly string[];
}

async function lookAt(domain: Domain): Promise<Now> {
  const definition = domainData(parseXml(await domain.xml({ inactive: true })));
  if (domain.id === undefined) return { definition, jobs: [] };
  const running = domainData(parseXml(await domain.xml()));
  return { definition, running, jobs: jobsOf({ running, jobs: await observeJobs(domain, running) }) };
}

/**
 * Before a definition is replaced.
 *
 * @param replaces disks whose data may lie elsewhere afterwards
 * @throws HostError `disks-in-use`
 */
export async function mustKeepDisks(
  connection: Connection,
  domain: DomainDocument,
  replaces: readonly string[],
): Promise<void> {
  const there = await unlessGone(connection.domain(domain.name));
  if (there === undefined) return;
  const { definition, running, jobs } = await lookAt(there);
  mustNotChange(domain.name, domain, { is: running ?? definition, jobs, replaces });
}

/**
 * Before a guest stops, to be started from its definition one day.
 *
 * @throws HostError `disks-in-use`
 */
export async function mustBeStoppable(domain: Domain, replaces: readonly string[]): Promise<void> {
  if (domain.id === undefined) return;
  const { definition, running, jobs } = await lookAt(domain);
  if (running) mustNotChange(domain.name, definition, { is: running, jobs, replaces });
}

interface Present {
  readonly is: DomainElement;
  readonly jobs: readonly string[];
  readonly replaces: readonly string[];
}

function mustNotChange(
  name: string,
  wanted: DomainDocument | DomainElement,
  { is: there, jobs, replaces }: Present,
): void {
  const change = diskChanges(wanted, there).find(({ disk }) => !replaces.includes(disk));
  if (change === undefined && jobs.length === 0) return;
  const why = change
    ? `${name} has ${change.is.shown} as ${change.disk} now, and would start with ${change.wanted.shown} the next time`
    : `libvirt is at work on ${name} (${jobs.join(', ')})`;
  throw new HostError('disks-in-use', `${why}: nothing was done to it. \`kvmctl plan\` shows what there is now.`);
}

/**
 * Before a guest is stopped to be undefined, and before it is undefined: nothing may be half done, nothing lost.
 *
 * @returns the domain that was looked at; undefined when nothing is called so
 * @throws HostError `state-kept`
 */
export async function mustBeUndefinable(
  connection: Connection,
  name: string,
  uuid: string,
): Promise<Domain | undefined> {
  const there = await unlessGone(connection.domain(name));
  if (there === undefined) return undefined;
  const [now, kept] = await Promise.all([lookAt(there), observeKept(there, { ...(await has(there)) })]);
  const [first] = hindrances({ name, uuid: there.uuid, ...now, ...(kept && { kept }) }, uuid);
  if (first) throw new HostError('state-kept', `${first.what}: nothing was done to it. ${first.remedy}`);
  return there;
}

const has = async (domain: Domain) => ({
  managedSave: await domain.hasManagedSave(),
  snapshots: true,
  checkpoints: true,
});
