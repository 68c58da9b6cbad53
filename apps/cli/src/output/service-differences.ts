import {
  type FileDifference,
  type Inspected,
  isDue,
  type Leftovers,
  type SetupDifference,
} from '@kvm/shared-services/run';
import type { Session } from '../session.ts';
import { unifiedDiff } from './unified-diff.ts';

/** Shows what differs on each machine; of files that somebody made or changed by hand, the lines. */
export function showDifferences(session: Session, machines: readonly Inspected[]): void {
  const { paint } = session;
  for (const each of machines) {
    const { machine } = each.setup;
    if ('error' in each) session.out.message(`${paint.red(machine)}: ${each.error}`);
    else if (isDue(each.difference))
      session.out.lines([`${paint.yellow(machine)}:`, ...linesOf(session, each.difference)]);
    else session.print(`${paint.green(machine)}: up to date`);
  }
}

function linesOf(session: Session, difference: SetupDifference): string[] {
  const { packages, files, left, changes, interrupted, foreignAuthority, isListed } = difference;
  const isOnlyUnlisted =
    files.length + changes.length === 0 && !interrupted && !isListed && leftLines(left).length === 0;
  return [
    ...(packages.length > 0 ? [`  packages missing: ${packages.join(' ')}`] : []),
    ...(foreignAuthority ? ['  trusts another certificate authority than that of this folder of secrets'] : []),
    ...files.flatMap((file) => fileLines(session, file)),
    ...changes.map(({ found }) => `  ${found}`),
    ...leftLines(left),
    ...(interrupted ? ['  an apply was interrupted before all programs were told'] : []),
    ...(isOnlyUnlisted ? ['  all is there, and is not listed as ours: an apply lists it'] : []),
  ];
}

function fileLines({ paint }: Session, { file, found, byHand }: FileDifference): string[] {
  const head = `  ${file.path}: ${found.join(', ')}`;
  if (byHand === undefined) return [head];
  if ('why' in byHand) return [head, `    not shown: ${byHand.why}`];
  const diff = unifiedDiff({ file: file.path, ...byHand }, paint);
  if (diff === '') return [head, '    not shown: it differs in a secret'];
  // Indented, so that no line of a machine's file passes for one of ours.
  const lines = diff.split('\n').filter((line) => line !== '');
  return [head, ...lines.map((line) => `    ${line}`)];
}

function leftLines({ files, units, undo }: Leftovers): string[] {
  const outcome = (before: string | undefined): string =>
    before === undefined ? 'is to be removed' : `what was there before is to be put back`;
  return [
    ...undo.map((command) => `  no longer wanted: \`${command.join(' ')}\` is to be run`),
    ...units.map(
      ({ unit, how }) =>
        `  ${unit}: no longer wanted, is to be ${how === 'stop' ? 'stopped and disabled' : 'restarted without our files'}`,
    ),
    ...files.map(
      ({ path, byHand, before }) =>
        `  ${path}: no longer wanted${byHand ? ', was changed by hand' : ''}; ${outcome(before)}`,
    ),
  ];
}

/** The same for programs; no text of a file is in it. */
export const differencesJson = (machines: readonly Inspected[]) => ({
  version: 1,
  machines: machines.map((each) => {
    const { machine } = each.setup;
    if ('error' in each) return { machine, error: each.error };
    const { packages, files, left, changes, interrupted, foreignAuthority, isListed } = each.difference;
    return {
      machine,
      packages,
      files: files.map(({ file, found, byHand }) => ({ path: file.path, found, byHand: byHand !== undefined })),
      changes: changes.map(({ found }) => found),
      left,
      interrupted,
      foreignAuthority,
      isListed,
    };
  }),
});
