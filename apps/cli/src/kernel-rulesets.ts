import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BackEnd, ResolvedPolicy, Ruleset } from '@kvm/firewall';
import { CliError } from './cli-error.ts';

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
 * @throws CliError `cannot-prove` when a program is missing or the kernel does not take the ruleset
 */
export async function kernelRuleset(policy: ResolvedPolicy, backEnd: BackEnd): Promise<Ruleset> {
  const { readIptables, readNft, renderIpset, renderIptables, renderNft } = await import('@kvm/firewall');
  const folder = mkdtempSync(join(tmpdir(), 'kvmctl-prove-'));
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  const read = (name: string): string => readFileSync(join(folder, `${name}.live`), 'utf8');
  try {
    if (backEnd === 'nft') {
      write('nft', renderNft(policy));
      runApart(backEnd, folder);
      return readNft(read('nft'));
    }
    write('ipset', renderIpset(policy));
    write('ipv4', renderIptables(policy, 4));
    write('ipv6', renderIptables(policy, 6));
    runApart(backEnd, folder);
    return readIptables({ ipv4: read('ipv4'), ipv6: read('ipv6'), ipset: read('ipset') });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function runApart(backEnd: BackEnd, cwd: string): void {
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  // nft writes times in the time zone it runs in.
  const env = { PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin`, TZ: 'UTC', LC_ALL: 'C' };
  const argv = [...user, '--net', 'sh', '-c', scripts[backEnd]];
  const { status, error, stderr } = spawnSync('unshare', argv, { cwd, env, encoding: 'utf8' });
  if (status === 0) return;
  const reason = error?.message ?? stderr.trim();
  const message = `${backEnd} cannot be proven here: ${reason || `exit status ${status}`}`;
  throw new CliError('cannot-prove', message, { cause: error });
}
