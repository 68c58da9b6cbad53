import type { ServiceName } from '../declaration.ts';
import type { Party } from '../room.ts';

/** Something to be tried on a guest, to see whether a service is really there for it, and nobody else's is taken for it. */
export interface Probe {
  readonly service: ServiceName;
  /** What holds when all is well: `web finds common.home.arpa by its name`. */
  readonly claim: string;
  /** A program and its arguments, for root on the guest. It changes nothing there. */
  readonly command: readonly [string, ...string[]];
  /** What the program reads. */
  readonly input?: string;
  /** What proves the claim: that it can be done, or that it is refused. */
  readonly expects: 'success' | 'refusal';
  /** What the program must print besides, where its exit status alone says too little. */
  readonly prints?: RegExp;
  /** What to do when the claim does not hold. */
  readonly remedy: string;
}

/** A probe of a service that is known already. */
export type ServiceProbe = Omit<Probe, 'service'>;

/** A service as its server is asked about it. */
export interface ServerProbeView<Service> {
  readonly server: Party;
  readonly service: Service;
}

/** How a probe ended. */
export interface ProbeResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProbeFinding {
  /** `unknown`: it could not be tried, or failed in a way that proves nothing. */
  readonly verdict: 'good' | 'bad' | 'unknown';
  /** Why it is not good, in the program's words where it has some. */
  readonly found?: string;
  readonly remedy?: string;
}

/** As timeout(1) ends, and a shell that finds no such program. */
const timedOut = [124, 137];
const noProgram = 127;

/** Debian's packages of the programs that a guest may lack. */
const packages: Partial<Record<string, string>> = { ldapwhoami: 'ldap-utils', openssl: 'openssl', ss: 'iproute2' };

/** What a probe's end says of its claim. */
export function judgeProbe({ expects, prints, remedy }: Probe, result: ProbeResult): ProbeFinding {
  const { exitCode } = result;
  const text = `${result.stdout}\n${result.stderr}`;
  const said = lastLine(result.stderr) ?? lastLine(result.stdout) ?? `exit status ${exitCode}`;
  if (exitCode === noProgram) return { verdict: 'unknown', found: said, remedy: install(text) };
  const found = timedOut.includes(exitCode) ? 'nobody answered in time' : said;
  const printed = prints?.test(text) ?? true;
  if (expects === 'success') return exitCode === 0 && printed ? { verdict: 'good' } : { verdict: 'bad', found, remedy };
  if (exitCode === 0) return { verdict: 'bad', found: 'it was not refused', remedy };
  if (printed && !timedOut.includes(exitCode)) return { verdict: 'good' };
  return { verdict: 'unknown', found: `it failed, but not by being refused: ${found}`, remedy };
}

const lastLine = (text: string): string | undefined =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .at(-1);

function install(text: string): string {
  const missing = Object.entries(packages).find(([program]) => new RegExp(`\\b${program}\\b`).test(text))?.[1];
  return missing === undefined
    ? 'Set the guest up: its packages are missing.'
    : `On the guest: apt-get install ${missing}`;
}
