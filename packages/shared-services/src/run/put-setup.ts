import type { RunProgram } from '@kvm/command';
import { commandsOf, enabledBy, type Handler, type MachineSetup, restartedBy, ServicesError } from '../index.ts';
import { MANIFEST, UNFINISHED } from '../machine-setup.ts';
import { systemTools } from '../system-tools.ts';
import { isDue, type SetupDifference } from './compare-setup.ts';
import { joinManifests, type Manifest, manifestOf, renderManifest } from './manifest.ts';
import { mustRun } from './must-run.ts';
import { keepCopy, putFile } from './put-file.ts';
import { takeBack } from './take-back.ts';

/** What was done on a machine. */
export interface PutOutcome {
  /** Units that were restarted, because they read a file that changed. */
  readonly restarted: readonly string[];
  /** Units that would have been, where nothing runs that would. */
  readonly toRestart: readonly string[];
  /** Copies of what somebody had made or changed by hand, on the machine. */
  readonly copies: readonly string[];
}

/**
 * Puts onto a machine what it lacks of its setup, takes back what has left it, and tells those programs whose files have changed.
 * What somebody has made or changed by hand is kept as a copy. Killed in between, it leaves a mark by which {@link compareSetup}
 * knows what is still to be done.
 *
 * @param setup with its secrets
 * @throws ServicesError `missing-packages` before anything is changed; `program-failed`
 */
export async function putSetup(setup: MachineSetup, difference: SetupDifference, run: RunProgram): Promise<PutOutcome> {
  const { packages, files, left, listed } = difference;
  const tools = systemTools[setup.system];
  if (packages.length > 0) {
    const install = `${tools.install} ${packages.join(' ')}`;
    throw new ServicesError('missing-packages', `${setup.machine} lacks packages: run there \`${install}\`.`);
  }
  if (!isDue(difference)) return { restarted: [], toRestart: [], copies: [] };
  const { before, copies } = await keepCopies(difference, run);
  const wanted = manifestOf(setup, before);
  await putList(UNFINISHED, joinManifests(listed, wanted), run);
  for (const { file } of files) await putFile(file, run);
  const isAlive = (await run(['test', '-d', tools.alive])).exitCode === 0;
  await takeBack(setup, left, { isAlive, run });
  const units = await tell(setup, handlersDue(setup, difference), { isAlive, run });
  await putList(MANIFEST, wanted, run);
  await mustRun(run, ['rm', '-f', UNFINISHED]);
  return { restarted: isAlive ? units : [], toRestart: isAlive ? [] : units, copies };
}

/** Before anything is changed, so that it is known what was there. */
async function keepCopies({ files, left, listed }: SetupDifference, run: RunProgram) {
  const before = new Map([...listed.files].flatMap(([path, file]) => (file.before ? [[path, file.before]] : [])));
  const copies: string[] = [];
  for (const { file, byHand } of files) {
    const copy = byHand === undefined ? undefined : await keepCopy(file.path, run);
    if (copy === undefined) continue;
    copies.push(copy);
    // What somebody has made of our file is not what was there before it.
    if (!listed.files.has(file.path)) before.set(file.path, copy);
  }
  for (const { path, byHand } of left.files) {
    const copy = byHand ? await keepCopy(path, run) : undefined;
    if (copy !== undefined) copies.push(copy);
  }
  return { before, copies };
}

const putList = (path: string, manifest: Manifest, run: RunProgram): Promise<void> =>
  putFile({ path, mode: 0o600, owner: 'root', group: 'root', content: renderManifest(manifest) }, run);

function handlersDue({ handlers }: MachineSetup, { files, changes, interrupted }: SetupDifference): Handler[] {
  const changed = new Set(files.map(({ file }) => file.path));
  const isChanged = (handler: Handler): boolean =>
    handler.reads.some((path) => changed.has(path)) || changes.some((change) => change.handler === handler);
  // Of an interrupted run nobody knows what it has told.
  return handlers.filter((handler) => interrupted || isChanged(handler));
}

/** @returns the units that are to be restarted, and were where something runs that does it */
async function tell(
  { system }: MachineSetup,
  handlers: readonly Handler[],
  { isAlive, run }: { readonly isAlive: boolean; readonly run: RunProgram },
): Promise<readonly string[]> {
  const tools = systemTools[system];
  for (const [program, ...words] of commandsOf(handlers))
    if (program !== undefined && (isAlive || program !== 'systemctl')) await mustRun(run, [program, ...words]);
  const units = restartedBy(handlers);
  if (!isAlive) return units;
  for (const unit of enabledBy(handlers)) await mustRun(run, tools.enable(unit));
  for (const unit of units) await mustRun(run, tools.restart(unit));
  return units;
}
