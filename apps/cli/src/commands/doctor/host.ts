import type { Check } from '@kvm/host';
import { type HostOptions, openAccess } from '../../hosts/open-host.ts';
import { readDesired } from '../../input/read-inventory.ts';
import { assertTrusted, type TrustOptions } from '../../input/trust.ts';
import type { Session } from '../../session.ts';

/** Whether the host can run the guests of the inventory. */
export async function examineHost(
  session: Session,
  options: HostOptions & TrustOptions & { readonly json?: boolean },
): Promise<void> {
  const { desired } = await readDesired(session);
  assertTrusted(desired.exposures, options);
  const { judgeHost } = await import('@kvm/host');
  const { examineHost: examine } = await import('@kvm/host/run');
  await using access = await openAccess(session, options);
  const { facts, known } = await examine(desired, access);
  const checks = judgeHost(desired, facts, known);
  if (options.json) session.out.json({ version: 1, checks });
  else session.out.lines(checks.flatMap((check) => renderCheck(check, session)));
  if (checks.some(({ verdict }) => verdict === 'bad')) session.exitCode = 1;
}

function renderCheck({ name, verdict, found, remedy }: Check, { paint }: Session): readonly string[] {
  const mark = { good: paint.green('good    '), doubtful: paint.yellow('doubtful'), bad: paint.red('bad     ') }[
    verdict
  ];
  const line = `${mark}  ${name.padEnd(15)}  ${found}`;
  return remedy === undefined ? [line] : [line, `${' '.repeat(27)}${paint.cyan(remedy)}`];
}
