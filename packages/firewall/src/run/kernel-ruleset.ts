import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runHere } from '@kvm/command';
import {
  type BackEnd,
  FirewallError,
  type ResolvedPolicy,
  type Ruleset,
  readIptables,
  readNft,
  renderIpset,
  renderIptables,
  renderNft,
} from '../index.ts';

/** Loads what is in the folder into a network namespace, and writes there how the kernel lists it. */
const scripts: Record<BackEnd, string> = {
  nft: 'nft -f nft && nft -j -n list table inet kvm >nft.live',
  iptables: `ipset restore <ipset && iptables-restore -n -c <ipv4 && ip6tables-restore -n -c <ipv6 &&
    ipset save >ipset.live && iptables-save -c >ipv4.live && ip6tables-save -c >ipv6.live`,
};

/**
 * A policy's ruleset as the kernel of this machine lists it, loaded into a network namespace that ends with the call.
 * Without root, the namespace is in a user namespace of its own.
 *
 * @throws FirewallError `cannot-prove` when a program is missing or the kernel does not take the ruleset
 */
export async function kernelRuleset(policy: ResolvedPolicy, backEnd: BackEnd): Promise<Ruleset> {
  const folder = mkdtempSync(join(tmpdir(), 'kvm-prove-'));
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  const read = (name: string): string => readFileSync(join(folder, `${name}.live`), 'utf8');
  try {
    if (backEnd === 'nft') {
      write('nft', renderNft(policy));
      await runApart(backEnd, folder);
      return readNft(read('nft'));
    }
    write('ipset', renderIpset(policy));
    write('ipv4', renderIptables(policy, 4));
    write('ipv6', renderIptables(policy, 6));
    await runApart(backEnd, folder);
    return readIptables({ ipv4: read('ipv4'), ipv6: read('ipv6'), ipset: read('ipset') });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function runApart(backEnd: BackEnd, folder: string): Promise<void> {
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const script = `cd "$1" && ${scripts[backEnd]}`;
  const { exitCode, stderr } = await runHere(['unshare', ...user, '--net', 'sh', '-c', script, 'prove', folder]);
  if (exitCode === 0) return;
  throw new FirewallError(
    'cannot-prove',
    `${backEnd} cannot be proven here: ${stderr.trim() || `exit status ${exitCode}`}`,
  );
}
