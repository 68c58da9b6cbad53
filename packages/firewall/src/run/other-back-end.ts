import type { RunProgram } from '@kvm/command';
import { renderIptablesRollback } from '../index.ts';

/** A shell script that removes our nft table, for a host that has gone over to iptables. */
export const removeNft = 'nft delete table inet kvm 2>/dev/null || :\n';

/** A shell script that removes our chains and sets, for a host that has gone over to nft; empty where there are none. */
export async function removeIptables(run: RunProgram): Promise<string> {
  const families = await Promise.all(
    (['iptables', 'ip6tables'] as const).map(async (program) => {
      const { stdout } = await run([`${program}-save`]);
      return stdout.includes(':KVM-') ? renderIptablesRollback(program, '', stdout) : '';
    }),
  );
  const chains = families.join('');
  return chains === ''
    ? ''
    : `${chains}for set in $(ipset list -n | grep '^kv[md][46]-'); do ipset destroy "$set" || :; done\n`;
}
