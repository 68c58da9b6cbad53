import { capture, passedInterfaces, type Sighting } from './capture.ts';
import { greetingPort } from './guest-root.ts';
import { guestKernel } from './kernel.ts';
import type { Lab } from './lab.ts';
import { type Probe, planLies, planWays, type Way } from './probes.ts';
import { sendProbes } from './send.ts';
import { type Witnessed, witness } from './witness.ts';

/** One way from one machine to another, tried with real packets. */
export interface Reach {
  readonly from: string;
  /** Whose address the packets bore, when it was not the sender's own. */
  readonly as?: string;
  readonly to: string;
  readonly source: string;
  readonly target: string;
  readonly trials: readonly Trial[];
  /** Every address passed, as the KVM host saw the packets: `192.168.100.2`, `192.168.100.1`, `172.16.65.254` ... Empty where all is closed. */
  readonly there: readonly string[];
  readonly back: readonly string[];
}

export interface Trial {
  /** `ping`, `tcp/22`, `udp/161` */
  readonly service: string;
  readonly expected: 'open' | 'closed';
  /** `unanswered`: it passed the host, but nobody answered who should. `unsent`: it never came to the host. */
  readonly found: 'open' | 'closed' | 'unanswered' | 'unsent';
  /** What was answered: `0.9 ms`, `"public"`; else empty. */
  readonly answer: string;
}

/** Whether a trial went as it should. */
export const isRight = ({ expected, found }: Trial): boolean => found === expected;

/**
 * Tries every way from and to the running guests with real packets, over IPv4 and IPv6 where both ends have it. With a policy,
 * that is every cell of its matrix: what it opens must be open, all else closed, and whoever takes another's address gets
 * nowhere.
 */
export async function labTest(lab: Lab, report: (message: string) => void = () => undefined): Promise<Reach[]> {
  const ways = planWays(lab.plan, Math.floor(Date.now() / 1000));
  const honest = await tryWays(lab, ways, report);
  if (lab.plan.policy === undefined) return honest;
  return [...honest, ...(await tryWays(lab, planLies(lab.plan, ways), report))];
}

/** On a busy machine a packet may come too late, or its answer; so what is not as it should be is tried again. */
const rounds = 3;

async function tryWays(lab: Lab, ways: readonly Way[], report: (message: string) => void): Promise<Reach[]> {
  const { busybox } = await guestKernel(report);
  const packets = ways.reduce((sum, { probes }) => sum + probes.length, 0);
  report(`tries ${ways.length} ways${ways[0]?.as === undefined ? '' : " with others' addresses"}, ${packets} packets`);
  const answers = new Map<string, string>();
  let tried: (readonly [Way, readonly Trial[]])[] = [];
  const sightings = await capture(lab.host, busybox, () =>
    witness(lab.host, async (seen) => {
      let left = ways;
      for (let round = 0; round < rounds && left.length > 0; round += 1) {
        await sendAll(lab, left, { busybox, answers });
        const witnessed = await seen();
        tried = ways.map((way) => [way, way.probes.map((probe) => judge(way, probe, answers, witnessed))]);
        left = tried.flatMap(([way, trials]) => {
          const probes = way.probes.filter((_, index) => !trials[index] || !isRight(trials[index]));
          return probes.length === 0 ? [] : [{ ...way, probes }];
        });
      }
    }),
  );
  return tried.map(([way, trials]) => {
    const isOpen = trials.some(({ found }) => found === 'open');
    const { from, as, to, source, target } = way;
    return {
      ...{ from: from.name, ...(as && { as: as.name }), to: to.name, source, target, trials },
      ...(isOpen ? pathOf(lab, way, sightings) : { there: [], back: [] }),
    };
  });
}

interface Sending {
  readonly busybox: string;
  /** What was answered, by {@link answerKey}. */
  readonly answers: Map<string, string>;
}

const answerKey = (from: string, probe: string): string => `${from} ${probe}`;

async function sendAll(lab: Lab, ways: readonly Way[], { busybox, answers }: Sending): Promise<void> {
  const senders = [...new Set(ways.map(({ from }) => from))];
  await Promise.all(
    senders.map(async (from) => {
      const program = from.kind === 'guest' ? '/bin/busybox' : busybox;
      const own = ways.filter((way) => way.from === from);
      for (const [probe, answer] of await sendProbes(lab, own, program))
        answers.set(answerKey(from.name, probe), answer);
    }),
  );
}

function judge(
  way: Way,
  { protocol, port, expected }: Probe,
  answers: ReadonlyMap<string, string>,
  witnessed: Witnessed,
): Trial {
  const said = answers.get(answerKey(way.from.name, `${protocol} ${way.target} ${port}`)) ?? '';
  const key = `${way.source} ${way.target} ${protocol}/${port}`;
  const time = /^time=([\d.]+) ms$/.exec(said)?.[1];
  const isAnswered = protocol === 'ping' ? time !== undefined : said === way.to.name;
  const mustAnswer = protocol === 'ping' || (protocol === 'tcp' && port === greetingPort);
  const answer = time === undefined ? JSON.stringify(said) : `${Number(time).toFixed(1)} ms`;
  const passed = witnessed.passed.has(key) ? (mustAnswer && !isAnswered ? 'unanswered' : 'open') : 'closed';
  return {
    service: protocol === 'ping' ? protocol : `${protocol}/${port}`,
    expected,
    found: witnessed.came.has(key) ? passed : 'unsent',
    answer: said === '' ? '' : answer,
  };
}

/** The path of the way's packets, of pings or of connections. */
function pathOf({ plan }: Lab, way: Way, sightings: readonly Sighting[]): Pick<Reach, 'there' | 'back'> {
  const { from, to, source, target } = way;
  if (from.kind === 'host' || to.kind === 'host') return { there: [source, target], back: [target, source] };
  const hostAddress = (name: string): string => {
    const six = target.includes(':');
    const guest = plan.guests.find(({ net }) => net.tap === name);
    if (guest) return (six ? guest.net.ipv6?.host : guest.net.ipv4.host) ?? name;
    return plan.host.addresses.find(({ family }) => family === (six ? 6 : 4))?.address ?? name;
  };
  const passed = (ends: { from: string; to: string }, kinds: readonly Sighting['kind'][]): string[] =>
    kinds
      .map((kind) => passedInterfaces(sightings, { ...ends, kind }).map(hostAddress))
      .find(({ length }) => length > 1) ?? [];
  return {
    there: [source, ...passed({ from: source, to: target }, ['echo request', 'syn']), target],
    back: [target, ...passed({ from: target, to: source }, ['echo reply', 'syn-ack']), source],
  };
}
