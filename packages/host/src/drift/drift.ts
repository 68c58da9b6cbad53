import type { Observed } from '../observed.ts';
import type { Plan, Step, StepAction, StepChange } from '../plan/step.ts';

/** Where something differs: in what there is on the host, in a guest's definition, or in the guest as it runs. */
export type DriftPlace =
  | 'file'
  | 'kernel settings'
  | 'firewall'
  | 'network'
  | 'units'
  | 'volumes'
  | 'definition'
  | 'running guest'
  | 'kept memory'
  | 'autostart'
  | 'state'
  | 'inventory';

/** A difference between a host and its inventory, as a finding and not as a thing to do. */
export interface Drift {
  readonly guest?: string;
  readonly in: DriftPlace;
  /** A sentence without a full stop. */
  readonly what: string;
  /** `before` is what there is, `after` what the inventory says. */
  readonly changes: readonly StepChange[];
  /** When it came to be so, at the latest, as RFC 3339; absent where nothing tells. */
  readonly since?: string;
}

const places: Record<StepAction['kind'], DriftPlace> = {
  'write file': 'file',
  link: 'file',
  run: 'kernel settings',
  'load firewall': 'firewall',
  unit: 'units',
  volume: 'volumes',
  'set up tap': 'network',
  'resize disk': 'running guest',
  define: 'definition',
  autostart: 'autostart',
  'attach disk': 'running guest',
  'set memory': 'running guest',
  start: 'state',
  resume: 'state',
  stop: 'state',
  restart: 'running guest',
  undefine: 'definition',
};

/**
 * A plan read the other way round: not what is to be done, but what is not as the inventory says, in the definitions, in the
 * guests that run, and on the host itself.
 *
 * @param plan made without restarts, so that what running guests lack is told apart
 */
export function driftOf({ steps, waiting }: Plan, { changedAt }: Observed): readonly Drift[] {
  // To load what a file says, when only the file differs, is no finding of its own.
  const own = steps.filter(({ action, changes }) => action.kind !== 'run' || changes.length > 0);
  const found = own.map((step): Drift => ({ ...place(step), ...since(step, changedAt) }));
  const left = waiting.map(({ guest, kind, in: place, what, changes }): Drift => {
    if (kind === 'restart' && place === undefined)
      return { ...(guest && { guest }), in: 'running guest', what: 'it runs with', changes };
    return { ...(guest && { guest }), in: place ?? 'inventory', what, changes };
  });
  return [...found, ...left];
}

function place({ guest, action, changes, title, sign }: Step): Drift {
  const base = { ...(guest && { guest }), in: places[action.kind], changes };
  if (action.kind === 'write file') {
    const what = sign === '+' ? 'is not there' : 'says something else';
    return { ...base, what: `${action.file.path} ${what}` };
  }
  return { ...base, what: findings[action.kind] ?? title };
}

const findings: { readonly [Kind in StepAction['kind']]?: string } = {
  link: 'leads elsewhere',
  run: 'the kernel has other settings',
  'load firewall': 'the kernel has other rules',
  unit: 'systemd has it otherwise',
  'set up tap': "the host's end of its link is not as it was set up",
  'attach disk': 'it runs without a disk',
  'set memory': 'it runs with',
  start: 'it does not run',
  resume: 'it is paused',
  stop: 'it runs, and is to be stopped',
};

function since({ action, sign }: Step, changedAt: Observed['changedAt']): { since?: string } {
  const key =
    action.kind === 'write file'
      ? action.file.path
      : action.kind === 'define'
        ? definitionFile(action.domain.name)
        : '';
  const seconds = sign === '+' ? undefined : changedAt.get(key);
  return seconds === undefined ? {} : { since: new Date(seconds * 1000).toISOString() };
}

/** Where libvirt's QEMU driver keeps a definition. */
const definitionFile = (guest: string): string => `/etc/libvirt/qemu/${guest}.xml`;
