import type { ProbeOutcome } from '@kvm/shared-services/run';
import type { HostOptions } from '../../hosts/open-host.ts';
import { readServices } from '../../input/read-services.ts';
import { CliError } from '../../output/cli-error.ts';
import { counted } from '../../output/words.ts';
import type { Session } from '../../session.ts';
import { statusLine } from '../../terminal/status-line.ts';

interface GuestOptions extends HostOptions {
  readonly ssh?: string;
  readonly json?: boolean;
}

/** Whether a guest has the shared services that it uses, tried on the guest itself. */
export async function examineGuest(session: Session, guest: string, options: GuestOptions): Promise<void> {
  const { file, declaration } = await readServices(session);
  const { guestProbes } = await import('@kvm/shared-services');
  const { runProbes } = await import('@kvm/shared-services/run');
  const probes = guestProbes(declaration, guest);
  if (probes.length === 0)
    throw new CliError('no-such-guest', `${file} has no guest ${guest} that uses a shared service.`);
  const { machineOverSsh } = await import('@kvm/host/run');
  const { agentsOf } = await import('../services/inspect.ts');
  await using agents = agentsOf(session, options);
  await using access = options.ssh === undefined ? await agents.reach(guest) : await machineOverSsh(options.ssh);
  const status = statusLine(session);
  const outcomes: ProbeOutcome[] = [];
  try {
    status.show(`1/${probes.length} ${probes[0]?.claim}`);
    for await (const outcome of runProbes(probes, access.run)) {
      outcomes.push(outcome);
      status.clear();
      if (!options.json) session.out.lines(renderOutcome(outcome, session));
      const next = probes[outcomes.length];
      if (next) status.show(`${outcomes.length + 1}/${probes.length} ${next.claim}`);
    }
  } finally {
    status.clear();
  }
  const count = (verdict: string): number => outcomes.filter((outcome) => outcome.verdict === verdict).length;
  if (count('bad') > 0) session.exitCode = 1;
  if (options.json) session.out.json({ version: 1, guest, probes: outcomes });
  else
    session.say(
      `${counted(outcomes.length, 'probe')}: ${count('good')} good, ${count('bad')} bad, ${count('unknown')} unknown`,
    );
}

function renderOutcome(
  { service, claim, verdict, seconds, found, remedy }: ProbeOutcome,
  { paint }: Session,
): readonly string[] {
  const mark = { good: paint.green('good   '), unknown: paint.yellow('unknown'), bad: paint.red('bad    ') }[verdict];
  const time = seconds === undefined ? '' : `${seconds.toFixed(2)} s`;
  const below = [...(found ? [found] : []), ...(remedy ? [paint.cyan(remedy)] : [])];
  const line = `${mark}  ${service.padEnd(5)} ${time.padStart(8)}  ${claim}`;
  return [line, ...below.map((text) => ' '.repeat(25) + text)];
}
