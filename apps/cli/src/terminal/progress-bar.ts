import type { Session } from '../session.ts';

/** How far something long has come. */
export interface Progress {
  readonly what: string;
  readonly done: number;
  readonly total: number;
}

interface Pace {
  readonly perSecond?: number;
  readonly secondsLeft?: number;
}

const barWidth = 24;
/** Without a terminal, a line for so many percent. */
const stepPercent = 10;

/**
 * Shows progress on standard error: a bar that moves in a terminal, elsewhere a line for every tenth. With `json`, every
 * report is a line on standard output.
 */
export function progressBar(session: Session, { json = false } = {}): (progress: Progress) => void {
  const { err, out } = session;
  const paceOf = measurePace();
  if (json) return (progress) => out.jsonLine({ version: 1, event: 'progress', ...progress, ...paceOf(progress) });
  if (err.isTerminal && session.io.env.TERM !== 'dumb' && !session.quiet)
    return (progress) => {
      const line = barLine(progress, paceOf(progress)).slice(0, (err.width ?? 80) - 1);
      err.overwrite(line);
      if (percentOf(progress) === 100) err.lines(['']);
    };
  let next = 0;
  return (progress) => {
    const percent = percentOf(progress);
    if (percent < next) return;
    next = percent === 100 ? Number.POSITIVE_INFINITY : percent + stepPercent;
    session.say(`${progress.what}  ${percent} %`);
  };
}

const percentOf = ({ done, total }: Progress): number => (total === 0 ? 100 : Math.floor((100 * done) / total));

/** What is done a second since the first report: what had been done before counts for nothing. */
function measurePace(): (progress: Progress) => Pace {
  let first: { readonly done: number; readonly at: number } | undefined;
  return ({ done, total }) => {
    const now = performance.now();
    first ??= { done, at: now };
    const perSecond = ((done - first.done) / (now - first.at)) * 1000;
    return perSecond > 0 && Number.isFinite(perSecond) ? { perSecond, secondsLeft: (total - done) / perSecond } : {};
  };
}

function barLine(progress: Progress, { perSecond, secondsLeft }: Pace): string {
  const percent = percentOf(progress);
  const filled = Math.round((barWidth * percent) / 100);
  const bar = `[${'#'.repeat(filled)}${'-'.repeat(barWidth - filled)}]`;
  const rate = perSecond === undefined ? '' : `  ${(perSecond / 2 ** 20).toFixed(0)} MiB/s`;
  const left = secondsLeft === undefined || percent === 100 ? '' : `  ${formatSeconds(secondsLeft)} left`;
  return `${progress.what}  ${bar} ${String(percent).padStart(3)} %${rate}${left}`;
}

/** `2:05`, `1:00:00` */
function formatSeconds(seconds: number): string {
  const whole = Math.ceil(seconds);
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const [first = 0, ...rest] = parts[0] === 0 ? parts.slice(1) : parts;
  return [first, ...rest.map((part) => String(part).padStart(2, '0'))].join(':');
}
