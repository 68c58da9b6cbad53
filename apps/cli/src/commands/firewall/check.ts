import type { PolicyFindingCode } from '@kvm/firewall';
import type { Command } from 'commander';
import { readPolicy, secondsNow } from '../../input/read-policy.ts';
import { counted } from '../../output/words.ts';
import type { Session } from '../../session.ts';

/** Rows that cannot be meant as they are written; the other findings may be. */
const errors: readonly PolicyFindingCode[] = ['contradictory', 'locks-out'];

export function addFirewallCheck(firewall: Command, session: Session): void {
  firewall
    .command('check')
    .summary('find rows that are hardly meant')
    .description(
      'Finds rows that are duplicate, shadowed, contradictory, unreachable, expired or too wide, or lock out. Exit code 1 ' +
        'when a row contradicts an earlier one or closes the host to ssh from the LAN.',
    )
    .action(async () => {
      const { file, resolved } = await readPolicy(session);
      const { checkPolicy } = await import('@kvm/firewall');
      const findings = checkPolicy(resolved, secondsNow());
      const { red, yellow } = session.paint;
      for (const { code, row, message } of findings) {
        const isError = errors.includes(code);
        const word = isError ? red(`error (${code})`) : yellow(`warning (${code})`);
        session.print(`${file}${row === undefined ? '' : `:${row.line}`}: ${word}: ${message}`);
        if (isError) session.exitCode = 1;
      }
      session.say(`${file}: ${counted(resolved.rows.length, 'row')}, ${counted(findings.length, 'finding')}`);
    });
}
