import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { shellCommand } from '@kvm/command';
import { LabError } from './errors.ts';
import { runFolder } from './keeper-script.ts';
import { handlePath, openSocket } from './lab-socket.ts';
import type { CommandResult } from './sandbox.ts';
import type { Holder } from './state.ts';

const agentFile = (guest: string): string => `kvm-lab/${guest}.sock`;

/** Where, on the KVM host, QEMU listens for the line to a guest's agent. */
export const agentSocket = (guest: string): string => `/run/${agentFile(guest)}`;

/** A guest may send more than there is memory for; this many characters have the output of any command of the lab. */
const longestAnswer = 64 * 2 ** 20;

const decode = (base64: string): string => Buffer.from(base64, 'base64').toString();

/** Connects, waiting in line: QEMU serves one at a time, lets one more wait, and turns further ones away (EAGAIN). */
async function connectInTurn(host: Holder, guest: string, signal: AbortSignal): Promise<Socket> {
  await using found = await openSocket(runFolder(host.keeper, host.name), agentFile(guest));
  for (;;) {
    const socket = connect(handlePath(found));
    try {
      await once(socket, 'connect', { signal });
      return socket;
    } catch (error) {
      socket.destroy();
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      await sleep(20);
    }
  }
}

/** The answer to the command `id`: "<id> <exit code> <stdout>|<stderr>", both in base64. Answers to others are not ours. */
async function readAnswer(socket: Socket, id: string): Promise<CommandResult> {
  let heard = '';
  for await (const chunk of socket.setEncoding('utf8')) {
    heard += chunk;
    if (heard.length > longestAnswer) throw new Error('its answer is too long');
    const lines = heard.split('\n');
    heard = lines.pop() ?? '';
    const [, exitCode, output = ''] = lines.find((line) => line.startsWith(`${id} `))?.split(' ') ?? [];
    if (exitCode === undefined) continue;
    if (!/^\d{1,3}$/.test(exitCode)) throw new Error('its answer is not one of an agent');
    const [stdout = '', stderr = ''] = output.split('|').map(decode);
    return { exitCode: Number(exitCode), stdout, stderr };
  }
  throw new Error('it hung up');
}

/**
 * Runs a program in a guest, through a virtio port: it needs no network of the guest. Commands of one guest queue up.
 *
 * @throws LabError `guest-silent` when the guest does not answer within `timeoutMs`.
 */
export async function execInGuest(
  host: Holder,
  guest: string,
  argv: readonly string[],
  timeoutMs = 60_000,
): Promise<CommandResult> {
  const signal = AbortSignal.timeout(timeoutMs);
  let socket: Socket | undefined;
  try {
    const line = await connectInTurn(host, guest, signal);
    socket = line;
    signal.addEventListener('abort', () => line.destroy(new Error('time is up')), { once: true });
    const id = `${process.pid}.${process.hrtime.bigint()}`;
    line.write(`${id} ${Buffer.from(shellCommand(argv)).toString('base64')}\n`);
    return await readAnswer(line, id);
  } catch (error) {
    const why = signal.aborted
      ? `did not answer within ${timeoutMs / 1000} s`
      : `cannot be reached, is it running? (${(error as Error).message})`;
    throw new LabError('guest-silent', `${guest} ${why}`, { cause: error });
  } finally {
    socket?.destroy();
  }
}
