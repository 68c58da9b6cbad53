import { changesBetween, type HostState } from './host-state.ts';

/** Of `kvmctl plan --json`. */
export interface PlanJson {
  readonly steps: readonly StepJson[];
  readonly waiting: readonly WaitingJson[];
}

interface StepJson {
  readonly id: string;
  readonly guest?: string;
  readonly effect: 'live' | 'next boot' | 'restart' | 'destroys data';
  readonly title: string;
  readonly action: string;
  readonly changes: readonly { readonly what: string; readonly effect?: string }[];
}

interface WaitingJson {
  readonly guest?: string;
  readonly kind: string;
  readonly what: string;
  readonly remedy: string;
  readonly changes: readonly { readonly what: string }[];
}

/** A plan in lines: its steps with their labels, and what it leaves alone and why. */
export const linesOf = ({ steps, waiting }: PlanJson): readonly string[] => [
  ...steps.map(({ id, effect }) => `${id}: ${effect}`),
  ...waiting.map(({ kind, what }) => `${kind}: ${what}`),
];

/** What of the host a step may change; the first is what it must. */
function touches({ id, action, guest = '' }: StepJson): readonly string[] {
  const [, rest = ''] = /^\S+ (.*)$/.exec(id) ?? [];
  const taps = ['routes', 'link ', 'settings', 'barrier'];
  switch (action) {
    case 'write file':
      return [`file ${rest}`];
    case 'link':
      return [`link-to ${rest}`];
    case 'load firewall':
      return ['firewall', 'iptables', 'barrier', 'routes', 'file /etc/kvm/', 'file /etc/systemd/system/kvm-firewall'];
    case 'run':
      return ['settings', 'link '];
    case 'unit':
      return ['unit'];
    case 'volume':
      return [`volume ${rest}`, 'volume ', 'data '];
    case 'define':
      return [`definition ${guest}`];
    case 'autostart':
      return [`autostart ${guest}`];
    case 'attach disk':
    case 'set memory':
    case 'resize disk':
      return [`running ${guest}`];
    case 'set up tap':
      return taps;
    case 'start':
    case 'stop':
    case 'restart':
      return [`qemu ${guest}`, `running ${guest}`, ...taps];
    default:
      return [`running ${guest}`];
  }
}

/** Steps after which the host looks the same, by the tools that are asked. */
const unseen = ['run', 'unit', 'resize disk', 'resume', 'set up tap'];

/** Whether a guest went on with what it was doing. */
const ran = ({ before, after }: Pick<CarriedOut, 'before' | 'after'>, guest: string): boolean =>
  before.get(`qemu ${guest}`) === after.get(`qemu ${guest}`);

const mayStop = ({ action }: StepJson): boolean => ['start', 'stop', 'restart'].includes(action);

/** A plan that was carried out, what the plan says then, and the host before and afterwards. */
export interface CarriedOut {
  readonly plan: PlanJson;
  readonly left: PlanJson;
  readonly before: HostState;
  readonly after: HostState;
}

/** Holds a plan against what has happened. @returns labels that were not true, changes that no step told of, and steps that changed nothing */
export function untruths(done: CarriedOut): readonly string[] {
  const { plan, left, before, after } = done;
  const changed = changesBetween(before, after);
  const may = plan.steps.flatMap(touches);
  const untold = changed.filter((name) => !may.some((prefix) => name.startsWith(prefix)));
  const restarting = new Set(plan.steps.filter(mayStop).map(({ guest }) => guest));
  const stopped = [...before.keys()].flatMap((name) => {
    const guest = name.replace(/^qemu /, '');
    return guest === name || ran(done, guest) || restarting.has(guest) ? [] : [guest];
  });
  const removes = plan.steps.some(({ id }) => id.startsWith('remove '));
  const lost = changed.filter((name) => name.startsWith('data ') && before.has(name) && (after.has(name) || !removes));
  return [
    ...untold.map(
      (name) => `${name} has changed, and no step says so: ${howItChanged(before.get(name), after.get(name))}`,
    ),
    ...plan.steps.filter((step) => isIdle(step, changed)).map(({ id }) => `${id}: changed nothing`),
    ...stopped.map((guest) => `${guest} was stopped or restarted, and no step says so`),
    ...plan.steps
      .filter((step) => !isLabelTrue(step, done))
      .map(({ id, effect }) => `${id}: ${effect} is not what happened`),
    ...lost.map((name) => `${name} is lost or another's`),
    ...left.steps.map(({ id, effect }) => `left to do: ${id}: ${effect}`),
  ];
}

function isIdle(step: StepJson, changed: readonly string[]): boolean {
  const [must = ''] = touches(step);
  if (step.action === 'load firewall')
    return !['firewall', 'iptables', 'barrier', 'routes'].some((name) => changed.includes(name));
  return !unseen.includes(step.action) && !changed.some((name) => name.startsWith(must));
}

/** The first line that is not as it was. */
function howItChanged(was = '', is = ''): string {
  const [before, after] = [was.split('\n'), is.split('\n')];
  const gone = before.find((line) => !after.includes(line));
  const come = after.find((line) => !before.includes(line));
  return `${gone?.trim()} -> ${come?.trim()}`;
}

function isLabelTrue(step: StepJson, done: CarriedOut): boolean {
  const { guest, effect } = step;
  if (guest === undefined || !done.before.has(`qemu ${guest}`)) return true;
  const isRestarted = done.plan.steps.some((each) => each.guest === guest && mayStop(each));
  const waits = done.left.waiting.some((each) => each.kind === 'restart' && each.guest === guest);
  if (effect === 'restart') return !ran(done, guest);
  if (effect === 'next boot') return isRestarted || (waits && ran(done, guest));
  return effect === 'destroys data' || isRestarted || ran(done, guest);
}
