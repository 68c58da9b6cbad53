import { connect } from 'node:net';
import { LabError } from './errors.ts';
import type { Holder } from './processes.ts';
import type { CommandResult } from './sandbox.ts';

/** Where, on the KVM host, QEMU listens for the line to a guest's agent. */
export const agentSocket = (guest: string): string => `/run/kvm-lab/${guest}.sock`;

const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
const decode = (base64: string): string => Buffer.from(base64, 'base64').toString();

/**
 * Runs a program in a guest, through a virtio port: it needs no network of the guest. Commands of one guest queue up.
 *
 * @throws LabError `guest-silent` when the guest does not answer within `timeoutMs`.
 */
export function execInGuest(
  host: Holder,
  guest: string,
  argv: readonly string[],
  timeoutMs = 60_000,
): Promise<CommandResult> {
  const id = `${process.pid}.${process.hrtime.bigint()}`;
  const command = Buffer.from(argv.map(quote).join(' ')).toString('base64');
  return new Promise((resolve, reject) => {
    const socket = connect(`/proc/${host.pid}/root${agentSocket(guest)}`);
    const fail = (why: string, cause?: Error): void => {
      socket.destroy();
      reject(new LabError('guest-silent', `${guest} ${why}`, cause && { cause }));
    };
    const timer = setTimeout(() => fail(`did not answer within ${timeoutMs / 1000} s`), timeoutMs);
    let heard = '';
    socket.setEncoding('utf8');
    socket.on('connect', () => socket.write(`${id} ${command}\n`));
    socket.on('error', (error) => fail(`cannot be reached: is it running? (${error.message})`, error));
    socket.on('close', () => {
      clearTimeout(timer);
      fail('hung up: did it stop?');
    });
    socket.on('data', (chunk: string) => {
      heard += chunk;
      for (const line of heard.split('\n').slice(0, -1)) {
        const [answered, exitCode, output = ''] = line.split(' ');
        if (answered !== id) continue;
        const [stdout = '', stderr = ''] = output.split('|').map(decode);
        resolve({ exitCode: Number(exitCode), stdout, stderr });
        socket.destroy();
      }
    });
  });
}
