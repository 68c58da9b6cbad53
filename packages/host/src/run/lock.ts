import { once } from 'node:events';
import { startProgram, withFixedEnvironment } from '@kvm/command';
import { HostError } from '../errors.ts';
import type { HostAccess } from './access.ts';

/** What was done on the host and by whom, a line of JSON each. */
export const auditLog = '/var/log/kvmctl.jsonl';
const lockFile = '/run/kvmctl.lock';

/**
 * Takes the lock, says so, and appends what it reads to the log. The lock goes with this process's input: also when its
 * other end is killed, or the network to it breaks.
 */
const holdScript = `
set -eu
exec 9>>"$1"
flock -n 9 || { echo busy; cat "$1"; exit 0; }
echo "$3" >"$1"
umask 077
echo held
exec cat >>"$2"
`;

/** The lock on a host, which one apply has at a time, and the log that goes with it. */
export interface HostLock extends AsyncDisposable {
  /** Adds a line to the host's log; the moment and the user are put in. */
  log(entry: object): void;
}

/**
 * Takes the host's lock; it is released with its scope, and when this process ends, however that happens.
 *
 * @param user who does it, for the log and for those who find the host locked
 * @throws HostError `locked` when another apply is under way
 */
export async function lockHost(access: HostAccess, user: string): Promise<HostLock> {
  const holder = `${user}, since ${new Date().toISOString()}`;
  const script = ['sh', '-c', holdScript, 'hold', lockFile, auditLog, holder] as const;
  const child = startProgram(access.command(withFixedEnvironment(script)));
  const chunks: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (chunk) => chunks.push(chunk));
  const complaint: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (chunk) => complaint.push(chunk));
  const ended = new Promise((resolve) => child.once('close', resolve).once('error', resolve));
  await Promise.race([once(child.stdout, 'data').catch(() => undefined), ended]);
  if (chunks[0]?.startsWith('held') !== true) {
    child.stdin.end();
    await ended;
    const said = chunks.join('');
    if (said.startsWith('busy')) {
      const who = said.slice('busy\n'.length).trim();
      throw new HostError('locked', `another apply is under way${who && ` (${who})`}. Wait until it has ended.`);
    }
    throw new HostError('unreachable', `${access.name} cannot be locked: ${complaint.join('').trim() || 'no answer'}`);
  }
  // A host that is gone is noticed by the steps.
  child.stdin.on('error', () => undefined);
  return {
    log(entry) {
      child.stdin.write(`${JSON.stringify({ time: new Date().toISOString(), user, ...entry })}\n`);
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await ended;
    },
  };
}
