import type { RunProgram } from '@kvm/command';
import { type BackEnd, type ResolvedPolicy, renderBarrier, renderIpset, renderIptables, renderNft } from '../index.ts';
import { compareRules, type Drift } from './compare-rules.ts';
import { mustRun } from './must-run.ts';

const LIST = {
  // Without what sets hold: those with names hold what has come by.
  nft: 'nft -s -t list table inet kvm 2>/dev/null || true',
  iptables: 'iptables-save; ip6tables-save',
};

/**
 * Compares the kernel's rules with the policy's, which a network namespace of its own is made to load and list: what is told
 * is never how rules are written, only what they are.
 *
 * @throws FirewallError `apply-failed` when the policy cannot be loaded
 */
export async function findDrift(policy: ResolvedPolicy, run: RunProgram, backEnd: BackEnd): Promise<Drift> {
  const files =
    backEnd === 'nft'
      ? [renderNft(policy)]
      : [renderIpset(policy), renderIptables(policy, 4), renderIptables(policy, 6)];
  const loaders = backEnd === 'nft' ? ['nft -f -'] : ['ipset restore', 'iptables-restore -n', 'ip6tables-restore -n'];
  const script = loaders.map((loader, index) => `${loader} <<'EOF-KVM'\n${files[index] ?? ''}EOF-KVM\n`).join('');
  const wanted = ownLines(await mustRun(run, ['unshare', '--net', 'sh', '-e'], `${script}${LIST[backEnd]}\n`), backEnd);
  const live = ownLines(await mustRun(run, ['sh', '-c', LIST[backEnd]]), backEnd);
  const barrier = await missingOfBarrier(policy, run);
  const { foreign, missing } = compareRules(live, wanted);
  return { foreign, missing: [...missing, ...barrier] };
}

/**
 * What the barrier at the taps lacks, a line each; nothing where it holds.
 *
 * @throws FirewallError `apply-failed` when it cannot be asked
 */
export async function missingOfBarrier(policy: ResolvedPolicy, run: RunProgram): Promise<readonly string[]> {
  const said = await mustRun(run, ['sh', '-s', 'check'], renderBarrier(policy).content);
  return said.split('\n').filter((line) => line !== '');
}

function ownLines(text: string, backEnd: BackEnd): string[] {
  if (backEnd === 'nft')
    return text
      .replaceAll(/elements = \{[^{}]*\}|\{ [^{}\n]* \}/g, sorted)
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && line !== '}');
  return text
    .split('\n')
    .map((line) => line.replace(/ \[\d+:\d+\]$/, ''))
    .filter((line) => line.includes('KVM-'));
}

/** nft lists a set's elements in the order of a hash. */
function sorted(braces: string): string {
  const [, head = '', content = ''] = /^([^{]*)\{([^{}]*)\}$/.exec(braces) ?? [];
  const elements = content.split(',').map((element) => element.trim());
  return `${head}{ ${elements.sort().join(', ')} }`;
}
