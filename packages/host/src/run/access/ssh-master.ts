import { type Argv, startProgram } from '@kvm/command';

/** How long a connection may take until it is open. */
const openSeconds = 60;
/** How long it may take to end after it was told to. */
const endMs = 3000;
/** Of what ssh says, the end is kept, which has the reason. */
const saidMax = 4096;
/** A shell there may greet; one that goes on and on is no host. */
const greetingMax = 65_536;

/** A shared ssh connection, which is a child of this process. */
interface SshMaster {
  /** Why it could not be opened; undefined when it is open. */
  readonly opened: Promise<string | undefined>;
  /** Why it has ended; never fails. */
  readonly ended: Promise<string>;
  end(): Promise<void>;
}

/**
 * Starts ssh, whose command on the far side writes a line and then reads until its input ends. Its input is ours: it ends
 * with this process, also when that is killed. In a session of its own, Ctrl-C does not end it before what is under way.
 */
export function openMaster(command: Argv, mark: string): SshMaster {
  const child = startProgram(command, { detached: true });
  child.stdin.on('error', () => undefined); // it has ended, which `ended` tells
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-saidMax);
  });
  const ended = new Promise<string>((resolve) => {
    child.once('error', ({ message }) => resolve(`ssh cannot be run (${message})`));
    child.once('close', () => resolve(said.trim()));
  });
  const heard = new Promise<string | undefined>((resolve) => {
    let greeting = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (greeting.length > greetingMax) return;
      greeting += text;
      if (greeting.split(/\r?\n/).includes(mark)) resolve(undefined);
      else if (greeting.length > greetingMax) resolve('its shell writes on and on');
    });
  });
  const failed = ended.then((why) => why || 'ssh has ended without a word');
  return { opened: withinTime(Promise.race([heard, failed])), ended, end };

  async function end(): Promise<void> {
    child.stdin.end();
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      for (const stream of [child.stdout, child.stderr]) stream.destroy();
    }, endMs);
    await ended;
    clearTimeout(timer);
  }
}

/** @returns what `opened` gives, or that it took too long. */
async function withinTime(opened: Promise<string | undefined>): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`it is not open after ${openSeconds} s`), openSeconds * 1000);
  });
  return Promise.race([opened, late]).finally(() => clearTimeout(timer));
}
