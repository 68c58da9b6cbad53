import { join } from 'node:path';
import { ServicesError, type SharedServices } from '../index.ts';
import {
  type Authority,
  authoritiesIn,
  isGood,
  issue,
  makeAuthority,
  noAuthority,
  removeAuthority,
  type Subject,
} from './authority.ts';
import { type RunProgram, runHere } from './program.ts';
import { openSecretFolder, readIfThere } from './secret-folder.ts';
import type { SecretOptions } from './secrets.ts';
import { subjects } from './subjects.ts';

/** How far a new authority has come, and who has a certificate by it. */
export interface Rotation {
  readonly stage: 'none' | 'begun' | 'canary' | 'all';
  /** Machines with a certificate by the newest authority. */
  readonly moved: readonly string[];
  /** Machines that still have one by the older authority. */
  readonly waiting: readonly string[];
}

/** The steps from one authority to the next, each to be rolled out to the machines before the next one. */
export type RotationStep = 'begin' | { readonly canary: string } | 'all' | 'finish';

/** Where the change of authorities stands. It is read from the certificates: there is no state beside them. */
export async function readRotation(services: SharedServices, { folder }: SecretOptions): Promise<Rotation> {
  await openSecretFolder(folder);
  const authorities = await authoritiesIn(folder);
  const newest = authorities.at(-1);
  if (newest === undefined) throw noAuthority(folder);
  const moved: string[] = [];
  const waiting: string[] = [];
  for (const subject of subjects(services))
    ((await isBy(folder, newest, subject)) ? moved : waiting).push(subject.machine);
  if (authorities.length === 1) return { stage: 'none', moved, waiting };
  const stage = moved.length === 0 ? 'begun' : waiting.length > 0 ? 'canary' : 'all';
  return { stage, moved, waiting };
}

async function isBy(folder: string, authority: Authority, subject: Subject): Promise<boolean> {
  const text = await readIfThere(join(folder, 'machines', `${subject.machine}.crt`));
  return text !== undefined && isGood(text, authority, subject, new Date());
}

/**
 * Takes one step: `begin` makes a second authority, which everybody is to trust beside the first; a canary, and then
 * all, get certificates by it; `finish` removes the first. A step that is done already changes nothing.
 *
 * @throws ServicesError `bad-stage` when an earlier step is missing
 */
export async function rotate(
  services: SharedServices,
  step: RotationStep,
  { folder, run = runHere }: SecretOptions,
): Promise<Rotation> {
  const rotation = await readRotation(services, { folder });
  const [oldest, ...newer] = await authoritiesIn(folder);
  if (oldest === undefined) throw noAuthority(folder);
  const newest = newer.at(-1);
  if (step === 'begin') {
    const number = oldest.number + 1;
    if (newest === undefined) await makeAuthority(folder, { number, domain: services.domain, run });
  } else if (step === 'finish') {
    if (rotation.waiting.length > 0)
      throw tooEarly(`${rotation.waiting.join(', ')} still have certificates by the old authority`, 'all');
    if (newest !== undefined) await removeAuthority(oldest);
  } else {
    if (newest === undefined) throw tooEarly('no new authority has been made', 'begin');
    await move(services, step, { folder, newest, run });
  }
  return readRotation(services, { folder });
}

async function move(
  services: SharedServices,
  step: 'all' | { readonly canary: string },
  { folder, newest, run }: { folder: string; newest: Authority; run: RunProgram },
): Promise<void> {
  const chosen = subjects(services).filter(({ machine }) => step === 'all' || machine === step.canary);
  if (chosen.length === 0) throw new ServicesError('bad-stage', `${JSON.stringify(step)} has no certificate.`);
  for (const subject of chosen)
    if (!(await isBy(folder, newest, subject))) await issue(folder, { subject, authority: newest, run });
}

const tooEarly = (why: string, first: string): ServicesError =>
  new ServicesError('bad-stage', `${why}: \`${first}\` comes first.`);
