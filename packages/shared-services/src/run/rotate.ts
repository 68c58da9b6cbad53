import { join } from 'node:path';
import { type RunProgram, runHere } from '@kvm/command';
import { accountHolders } from '../auth/distinguished-name.ts';
import { ServicesError, type SharedServices } from '../index.ts';
import {
  type Authority,
  authoritiesIn,
  isGood,
  issue,
  makeAuthority,
  noAuthority,
  readIdentity,
  removeAuthority,
  type Subject,
} from './authority.ts';
import { beginPassword, finishPassword, hasNext, movePassword } from './bind-passwords.ts';
import { lockSecretFolder } from './lock-folder.ts';
import { behindRollOut } from './roll-outs.ts';
import type { SecretOptions } from './secrets.ts';
import { subjects } from './subjects.ts';

/** How far a new authority, and new passwords for the directory, have come, and who has them. */
export interface Rotation {
  readonly stage: 'none' | 'begun' | 'canary' | 'all';
  /** Machines with a certificate by the newest authority and, for the directory, with the newest password. */
  readonly moved: readonly string[];
  /** Machines that still have the older ones. */
  readonly waiting: readonly string[];
  /** Machines that are not known to have what the folder has for them: it was not rolled out, or by other means. */
  readonly behind: readonly string[];
}

export interface RotateOptions extends SecretOptions {
  /** Whether all machines have what the folder has for them, though nobody has recorded it. */
  readonly isRolledOut?: boolean;
}

/** The steps from one authority, and each guest's password for the directory, to the next, each to be rolled out to the machines before the next one. */
export type RotationStep = 'begin' | { readonly canary: string } | 'all' | 'finish';

/** Where the change of authorities stands. It is read from the certificates: there is no state beside them. */
export async function readRotation(services: SharedServices, { folder }: SecretOptions): Promise<Rotation> {
  await using _lock = await lockSecretFolder(folder);
  return await rotationIn(folder, services);
}

async function rotationIn(folder: string, services: SharedServices): Promise<Rotation> {
  const authorities = await authoritiesIn(folder);
  const newest = authorities.at(-1);
  if (newest === undefined) throw noAuthority(folder);
  const moved: string[] = [];
  const waiting: string[] = [];
  const all = subjects(services);
  const guests = passwordGuests(services);
  for (const machine of new Set([...all.map((subject) => subject.machine), ...guests])) {
    const own = all.filter((each) => each.machine === machine);
    const certified = await Promise.all(own.map((subject) => isBy(folder, newest, subject)));
    const isNew =
      certified.every((each) => each) && !(guests.includes(machine) && (await hasNext(passwordOf(folder, machine))));
    (isNew ? moved : waiting).push(machine);
  }
  const behind = await behindRollOut(services, folder);
  if (authorities.length === 1) return { stage: 'none', moved, waiting, behind };
  const stage = moved.length === 0 ? 'begun' : waiting.length > 0 ? 'canary' : 'all';
  return { stage, moved, waiting, behind };
}

/** Machines that bind to the directory. */
const passwordGuests = ({ auth }: SharedServices): readonly string[] => (auth ? accountHolders(auth) : []);

const passwordOf = (folder: string, guest: string): string => join(folder, 'bind', guest);

async function isBy(folder: string, authority: Authority, subject: Subject): Promise<boolean> {
  return isGood(await readIdentity(folder, subject), authority, subject);
}

/**
 * Takes one step: `begin` makes a second authority, which everybody is to trust beside the first, and second passwords, which
 * the directory is to take beside the first; a canary, and then all, get the new ones; `finish` removes the first. A step that
 * is done already changes nothing, and one that was interrupted goes on. After `begin`, no step is taken before all machines
 * are known to have what the last one made: a machine without it would be cut off.
 *
 * @throws ServicesError `bad-stage` when an earlier step is missing, `not-rolled-out`
 */
export async function rotate(
  services: SharedServices,
  step: RotationStep,
  { folder, run = runHere, isRolledOut = false }: RotateOptions,
): Promise<Rotation> {
  await using _lock = await lockSecretFolder(folder);
  const rotation = await rotationIn(folder, services);
  const [oldest, ...newer] = await authoritiesIn(folder);
  if (oldest === undefined) throw noAuthority(folder);
  const newest = newer.at(-1);
  if (!isRolledOut && rotation.behind.length > 0 && newest !== undefined && changes(step, rotation))
    throw new ServicesError(
      'not-rolled-out',
      `${rotation.behind.join(', ')}: not known to have what the last step made, and would be cut off by this one. ` +
        '`kvmctl services apply` puts it there, or sees that it is there.',
    );
  if (step === 'begin') {
    const number = oldest.number + 1;
    if (newest === undefined) await makeAuthority(folder, { number, domain: services.domain, run });
    for (const guest of passwordGuests(services)) await beginPassword(passwordOf(folder, guest));
  } else if (step === 'finish') {
    if (rotation.waiting.length > 0)
      throw tooEarly(`${rotation.waiting.join(', ')} still have what is from before`, 'all');
    await finish(services, folder, newest && oldest);
  } else {
    if (newest === undefined) throw tooEarly('no new authority has been made', 'begin');
    await move(services, step, { folder, newest, run });
  }
  return await rotationIn(folder, services);
}

/** Whether a step does anything that machines have to be ready for. */
function changes(step: RotationStep, { stage, moved }: Rotation): boolean {
  if (step === 'begin') return false;
  if (step === 'finish') return stage === 'all';
  return step === 'all' ? stage !== 'all' : !moved.includes(step.canary);
}

async function finish(services: SharedServices, folder: string, older: Authority | undefined): Promise<void> {
  // The authority at last: by the second one it is known that something is under way.
  for (const guest of passwordGuests(services)) await finishPassword(passwordOf(folder, guest));
  if (older !== undefined) await removeAuthority(older);
}

async function move(
  services: SharedServices,
  step: 'all' | { readonly canary: string },
  { folder, newest, run }: { folder: string; newest: Authority; run: RunProgram },
): Promise<void> {
  const isChosen = (machine: string): boolean => step === 'all' || machine === step.canary;
  const chosen = subjects(services).filter(({ machine }) => isChosen(machine));
  const guests = passwordGuests(services).filter(isChosen);
  if (chosen.length + guests.length === 0 && step !== 'all') {
    const known = new Set([...subjects(services).map(({ machine }) => machine), ...passwordGuests(services)]);
    const remedy = `Name one of ${[...known].join(', ')}.`;
    throw new ServicesError('bad-stage', `${step.canary} has neither a certificate nor a password. ${remedy}`);
  }
  for (const guest of guests) await movePassword(passwordOf(folder, guest));
  for (const subject of chosen)
    if (!(await isBy(folder, newest, subject))) await issue(folder, { subject, authority: newest, run });
}

const tooEarly = (why: string, first: string): ServicesError =>
  new ServicesError('bad-stage', `${why}: \`${first}\` comes first.`);
