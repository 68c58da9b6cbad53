import type { QuestionContext } from '@kvm/firewall';
import { type ReadPolicy, secondsNow } from '../../input/read-policy.ts';
import { CliError } from '../../output/cli-error.ts';

/** The policy of which something is asked now. */
export const contextOf = ({ resolved, zones, services }: ReadPolicy): QuestionContext => ({
  ...{ policy: resolved, zones, services, time: secondsNow() },
});

/** The answer to a question. @throws CliError `usage` when it cannot be asked */
export async function asked<Answer>(answer: () => Promise<Answer>): Promise<Answer> {
  const { FirewallError } = await import('@kvm/firewall');
  try {
    return await answer();
  } catch (cause) {
    if (!(cause instanceof FirewallError) || cause.code !== 'invalid-question') throw cause;
    const problems = cause.problems.map(({ message, remedy }) => `${message} ${remedy}`);
    throw new CliError('usage', problems.length > 0 ? problems : cause.message, { cause });
  }
}
