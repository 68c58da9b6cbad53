import type { RenderedText } from '@kvm/netplan';
import { guestsUnit } from '../desired/boot-guests.ts';
import { isSysctlFile, settingsIn } from '../desired/host-files.ts';
import { udevRulesPath } from '../desired/udev-rules.ts';
import type { Observed, ObservedFile } from '../observed.ts';
import { lineChanges } from './line-changes.ts';
import type { PlanPart, Step, StepChange, Waiting } from './step.ts';

const fileId = (path: string): string => `write ${path}`;

/** The host's own files, and the kernel settings that are in them. */
export function planFiles(files: readonly RenderedText[], observed: Observed): PlanPart {
  const steps: Step[] = [];
  const waiting: Waiting[] = [];
  for (const file of files) {
    const found = observed.files.get(file.path) ?? { kind: 'absent' };
    if (found.kind === 'other') waiting.push(inTheWay(file.path, found.what));
    else steps.push(...planFile(file, found));
  }
  for (const file of files) if (isSysctlFile(file.path)) steps.push(...planSettings(file, observed, steps));
  return { steps: [...steps, ...planUnits(steps), ...planUdev(steps)], waiting };
}

/** Whoever may put files into a folder may put others in the place of those that root runs. */
export function planFolder({ folder }: Observed): Waiting[] {
  if (folder === undefined || (folder.owner === 0 && (folder.mode & 0o022) === 0)) return [];
  const { path, mode, owner } = folder;
  return [
    {
      kind: 'differs',
      in: 'file',
      what: `others than root may put files into ${path}, which root runs (mode ${shownMode(mode)}, owner ${owner})`,
      remedy: `\`chown root: ${path} && chmod 755 ${path}\`.`,
      changes: [],
    },
  ];
}

const loadUnits = `[ ! -d /run/systemd/system ] || { systemctl daemon-reload && systemctl start ${guestsUnit}; }`;

/** systemd learns of what starts and stops guests with the host; to start that now starts none. */
function planUnits(before: readonly Step[]): Step[] {
  const written = before.filter(({ id }) => /^write \/etc\/systemd\/system\/.*kvm-guests/.test(id)).map(({ id }) => id);
  if (written.length === 0) return [];
  return [
    {
      id: 'load units',
      sign: '>',
      title: 'let systemd start and stop the guests in their order',
      effect: 'live',
      changes: [],
      reason: 'it knows what the files were before',
      after: [
        ...before.filter(({ id }) => id.startsWith(fileId('/etc/kvm/boot-guests'))).map(({ id }) => id),
        ...written,
      ],
      action: { kind: 'run', command: ['sh', '-c', loadUnits] },
    },
  ];
}

const loadUdevRules =
  '[ ! -S /run/udev/control ] || { udevadm control --reload && ' +
  "udevadm trigger --settle --action=change --subsystem-match=block --sysname-match='dm-*'; }";

/** udev makes and takes links only when something happens to a volume: it is told of all once more. */
function planUdev(before: readonly Step[]): Step[] {
  if (!before.some(({ id }) => id === fileId(udevRulesPath))) return [];
  return [
    {
      id: 'load udev rules',
      sign: '>',
      title: "let udev leave the guests' volumes alone",
      effect: 'live',
      changes: [],
      reason: 'it knows what the rules were before',
      after: [fileId(udevRulesPath)],
      action: { kind: 'run', command: ['sh', '-c', loadUdevRules] },
    },
  ];
}

const inTheWay = (path: string, what: string): Waiting => ({
  kind: 'blocked',
  what: `${path} is ${what}, where a file is to be`,
  remedy: `Move it away, and plan again.`,
  changes: [],
});

function planFile(file: RenderedText, found: Exclude<ObservedFile, { kind: 'other' }>): Step[] {
  const changes = found.kind === 'absent' ? [] : fileChanges(file, found);
  if (found.kind === 'file' && changes.length === 0) return [];
  return [
    {
      id: fileId(file.path),
      sign: found.kind === 'absent' ? '+' : '~',
      title: `write ${file.path}`,
      effect: 'live',
      changes,
      reason: found.kind === 'absent' ? 'the host works by it, and it is not there' : 'it says something else',
      after: [],
      action: { kind: 'write file', file },
    },
  ];
}

const shownMode = (mode: number): string => mode.toString(8).padStart(4, '0');

function fileChanges(file: RenderedText, found: Extract<ObservedFile, { kind: 'file' }>): StepChange[] {
  const changes: StepChange[] = [];
  // Whose it is, or who may change what it leads to, decides what root runs.
  if (found.link !== undefined) changes.push({ what: 'link', before: found.link });
  if (found.owner !== undefined) changes.push({ what: 'owner', before: String(found.owner), after: '0' });
  if (file.content !== found.content) changes.push(...lineChanges(found.content, file.content));
  if (file.mode !== found.mode)
    changes.push({ what: 'mode', before: shownMode(found.mode), after: shownMode(file.mode) });
  return changes;
}

/** Loads a file of settings when the kernel has others, be the file right or about to be. */
function planSettings(file: RenderedText, { settings }: Observed, before: readonly Step[]): Step[] {
  const changes = settingsIn(file.content).flatMap(({ path, value }): StepChange[] => {
    const now = settings.get(path);
    return now === undefined || now === value ? [] : [{ what: path.replaceAll('/', '.'), before: now, after: value }];
  });
  const written = before.filter(({ id }) => id === fileId(file.path)).map(({ id }) => id);
  if (changes.length === 0 && written.length === 0) return [];
  return [
    {
      id: `load ${file.path}`,
      sign: '>',
      title: `load ${file.path}`,
      effect: 'live',
      changes,
      reason: changes.length > 0 ? 'the kernel has other settings' : 'its settings for taps to come have changed',
      after: written,
      action: { kind: 'run', command: ['sysctl', '-q', '-e', '-p', file.path] },
    },
  ];
}
