import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type MachineSetup, renderServices, ServicesError, type SharedServices } from '../index.ts';
import { lockSecretFolder } from './lock-folder.ts';
import { namesIn, readIfThere, writeSecret } from './secret-folder.ts';
import { fillSetups } from './secrets.ts';

/** What tells the secrets that a machine has from those that it had before. */
const stampOf = ({ files }: MachineSetup): string =>
  createHash('sha256')
    .update(JSON.stringify(files.flatMap(({ path, content, withSlots }) => (withSlots ? [[path, content]] : []))))
    .digest('hex');

const placeOf = (folder: string, machine: string): string => join(folder, 'rolled-out', machine);

/**
 * Records beside the secrets that machines have all of their setups, or, of an empty one, that a machine has nothing more.
 *
 * @param setups with their secrets
 * @throws ServicesError `bad-secrets`, `locked`
 */
export async function recordRollOut(setups: readonly MachineSetup[], folder: string): Promise<void> {
  if (setups.length === 0) return;
  await using _lock = await lockSecretFolder(folder);
  await mkdir(join(folder, 'rolled-out'), { recursive: true, mode: 0o700 });
  for (const setup of setups) {
    const place = placeOf(folder, setup.machine);
    if (setup.files.length === 0) await rm(place, { force: true });
    else await writeSecret(place, `${stampOf(setup)}\n`);
  }
}

/** Machines that were given files of ours, whether they are still to have any or not. */
export const machinesRolledOut = (folder: string): Promise<string[]> => namesIn(join(folder, 'rolled-out'));

/** Machines that are not known to have the secrets that the folder, which is locked, has for them now. */
export async function behindRollOut(services: SharedServices, folder: string): Promise<string[]> {
  const behind: string[] = [];
  for (const setup of renderServices(services)) {
    if (!setup.files.some(({ secrets }) => secrets !== undefined)) continue;
    const recorded = await readIfThere(placeOf(folder, setup.machine));
    if (recorded?.trim() !== (await stampIfMade(setup, folder))) behind.push(setup.machine);
  }
  return behind;
}

/** Empty when a secret has not been made yet, so that nobody can have it. */
async function stampIfMade(setup: MachineSetup, folder: string): Promise<string> {
  try {
    const [filled] = await fillSetups([setup], folder);
    return filled === undefined ? '' : stampOf(filled);
  } catch (error) {
    if (error instanceof ServicesError && error.code === 'missing-secret') return '';
    throw error;
  }
}
