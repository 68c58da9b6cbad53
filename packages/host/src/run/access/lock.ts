import type { Readable } from 'node:stream';
import { type RunProgram, startProgram, withFixedEnvironment } from '@kvm/command';
import { HostError } from '../../errors.ts';
import type { HostAccess } from './access.ts';
import { holdScript } from './hold-script.ts';
import { logLine } from './log-line.ts';

/** What was done on the host and by whom, a line of JSON each. */
export const auditLog = '/var/log/kvmctl.jsonl';
/** Only root can look into it: what is in there can neither be locked nor read by others. */
const lockFolder = '/run/kvmctl';

/** How long the host may take to say whether it is locked. */
const answerSeconds = 60;
/** How long it may take to give the lock back; the host may not want to. */
const releaseMs = 5000;
/** Of what the host says, so much is kept. */
const saidMax = 4096;

/** The lock on a host, which one apply has at a time, and the log that goes with it. */
export interface HostLock extends AsyncDisposable {
  /** Aborted once the lock is lost: its process on the host, or the connection to it, has ended. The reason is a HostError. */
  readonly lost: AbortSignal;
  /** Runs programs for as long as the lock is held: then HostError `lock-lost`. */
  guard(run: RunProgram): RunProgram;
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
  const script = ['sh', '-c', holdScript, 'hold', lockFolder, auditLog, shown(user), new Date().toISOString()] as const;
  // In a session of its own: Ctrl-C ends no step that is under way, and must not end the lock on it either.
  const child = startProgram(access.command(withFixedEnvironment(script)), { detached: true });
  child.stdin.on('error', () => undefined); // it has ended, which `ended` tells
  let said = '';
  const keep = (text: string): void => {
    said = (said + text).slice(-saidMax);
  };
  child.stderr.setEncoding('utf8').on('data', keep);
  const ended = new Promise<void>((resolve) => {
    child.once('error', ({ message }) => {
      keep(message);
      resolve();
    });
    child.once('close', () => resolve());
  });
  const kill = (): void => {
    child.kill('SIGKILL');
    for (const stream of [child.stdout, child.stderr]) stream.destroy();
  };
  const late = setTimeout(() => {
    keep(`no answer after ${answerSeconds} s`);
    kill();
  }, answerSeconds * 1000);
  const answer = await Promise.race([firstLine(child.stdout), ended.then(() => '')]);
  clearTimeout(late);
  if (answer !== 'held') {
    child.stdin.end();
    kill();
    await ended;
    throw refusal(access.name, answer, said.trim());
  }
  const lost = new AbortController();
  let released = false;
  // Not its end with all that it has started: what writes the log may outlive it, for as long as it is given something.
  const onExit = (): void => {
    child.stdin.end();
    if (released) return;
    const why = said.trim() || 'its process has ended';
    lost.abort(new HostError('lock-lost', `the lock on ${access.name} was lost (${why}): nothing more is done there.`));
  };
  if (child.exitCode === null && child.signalCode === null) child.once('exit', onExit);
  else onExit();
  return {
    lost: lost.signal,
    guard: (run) => async (command, input, options) => {
      lost.signal.throwIfAborted();
      return run(command, input, options);
    },
    log(entry) {
      child.stdin.write(logLine({ time: new Date().toISOString(), user, ...entry }));
    },
    async [Symbol.asyncDispose]() {
      released = true;
      child.stdin.end();
      const tooLong = setTimeout(kill, releaseMs);
      await ended;
      clearTimeout(tooLong);
    },
  };
}

/** In one field of a line. */
const shown = (user: string): string => user.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ');

/** What is said after it is thrown away. */
async function firstLine(stream: Readable): Promise<string> {
  let heard = '';
  const whole = new Promise<void>((resolve) => {
    stream.setEncoding('utf8').on('data', (text: string) => {
      if (heard.length < saidMax && !heard.includes('\n')) heard += text;
      if (heard.includes('\n') || heard.length >= saidMax) resolve();
    });
  });
  await whole;
  return heard.split('\n')[0] ?? '';
}

function refusal(host: string, answer: string, said: string): HostError {
  const [word, ...holder] = answer.split('\t');
  if (word !== 'busy') return new HostError('unreachable', `${host} cannot be locked: ${said || 'no answer'}`);
  const [pid, since, user] = holder.map((each) => each.slice(0, 100));
  const who = pid ? ` by ${user} since ${since}, process ${pid} there` : '';
  return new HostError('locked', `another apply is under way on ${host}${who}. Wait until it has ended.`);
}
