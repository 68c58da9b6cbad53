import { type RunProgram, systemPath } from '@kvm/command';
import { judgeProbe, type Probe, type ProbeFinding, type ServiceName, ServicesError } from '../index.ts';

/** How a probe ended, and how long it took. */
export interface ProbeOutcome extends ProbeFinding {
  readonly service: ServiceName;
  readonly claim: string;
  /** Seconds on the guest, in hundredths; absent when it was not tried. */
  readonly seconds?: number;
}

/** A probe that has not ended after so many seconds has failed. */
const patience = 20;

/**
 * Runs a command for a while at most. What it says on standard error is between two lines that tell the time by the kernel's
 * clock: before them may stand what a login shell says.
 */
const timedScript = `export LC_ALL=C PATH=${systemPath}
tell() {
  read -r now rest </proc/uptime
  echo "kvm-doctor: $now" >&2
}
tell
timeout -k 2 ${patience} "$@"
code=$?
tell
exit "$code"`;

const timed = /^kvm-doctor: ([\d.]+)\n([\s\S]*?)\n?kvm-doctor: ([\d.]+)\n$/m;

/**
 * Tries one probe after the other. Where something that must be possible is not, nothing can be said of what must be
 * refused: it is not tried.
 *
 * @param run runs a program as root on the guest
 * @throws ServicesError `program-failed` when no program can be run there
 */
export async function* runProbes(probes: readonly Probe[], run: RunProgram): AsyncGenerator<ProbeOutcome> {
  const failed = new Set<ServiceName>();
  for (const probe of probes) {
    const { service, claim, command, input, expects } = probe;
    if (expects === 'refusal' && failed.has(service)) {
      yield { service, claim, verdict: 'unknown', found: 'not tried, because the service is not there' };
      continue;
    }
    const result = await run(['sh', '-c', timedScript, 'probe', ...command], input);
    const [whole, begin, stderr = '', end] = timed.exec(result.stderr) ?? [];
    if (whole === undefined)
      throw new ServicesError('program-failed', `the guest runs no program: ${result.stderr.trim()}`);
    const finding = judgeProbe(probe, { ...result, stderr });
    if (expects === 'success' && finding.verdict === 'bad') failed.add(service);
    const seconds = Math.round((Number(end) - Number(begin)) * 100) / 100;
    yield { service, claim, seconds, ...finding };
  }
}
