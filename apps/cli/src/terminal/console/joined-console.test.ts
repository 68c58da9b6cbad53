import { Readable } from 'node:stream';
import { type Answer, domain, errorReply, message, reply, startFakeDaemon, u32, xdr } from '@kvm/ci/fake-daemon';
import { connect } from '@kvm/libvirt';
import { expect, onTestFinished, test } from 'vitest';
import { createSession } from '../../session.ts';
import { JoinedConsole } from './joined-console.ts';

/** Of `enum remote_procedure`. */
const [lookup, supportsFeature, register, deregister, openConsole] = [23, 60, 316, 317, 201];

/** Joins the console of a guest of a libvirtd that answers as told when the console is asked for. */
async function joinConsole(...answers: readonly Answer[]) {
  let asked = 0;
  const daemon = await startFakeDaemon((call, peer) => {
    if (call.procedure === lookup) peer.write(reply(call, domain('db', 1)));
    else if (call.procedure === supportsFeature) peer.write(reply(call, u32(1)));
    else if (call.procedure === register) peer.write(reply(call, u32(7)));
    else if (call.procedure === deregister) peer.write(reply(call));
    else if (call.procedure === openConsole) {
      answers[asked]?.(call, peer);
      asked += 1;
    }
  });
  const connection = await connect({ socket: daemon.socket, reconnect: true });
  const left = new AbortController();
  let shown = '';
  const write = (data: string | Uint8Array): void => {
    shown += data.toString();
  };
  const output = { write, isTTY: false, columns: 80 };
  const session = createSession(
    { stdin: Readable.from([]), stdout: output, stderr: output, cwd: '/', env: {} },
    () => ({ inventory: 'inventory.yaml', inventoryNamed: false, color: false }),
  );
  const vm = await connection.domain('db');
  const events = await connection.events(['lifecycle', 'reconnected'], { domain: vm, signal: left.signal });
  const screen = { write: async (bytes: Uint8Array) => write(bytes) };
  const joined = new JoinedConsole({ session, screen }, vm, { force: false, signal: left.signal });
  const run = joined.run(events, () => undefined);
  run.catch(() => undefined); // is awaited when it is left
  onTestFinished(async () => {
    left.abort();
    await connection.close();
    await daemon[Symbol.asyncDispose]();
  });
  const shows = (...words: string[]) =>
    expect.poll(() => shown.split('\r\n').filter(Boolean), { timeout: 20_000 }).toEqual(words);
  return { shows };
}

const says =
  (text: string): Answer =>
  (call, peer) =>
    peer.write(
      Buffer.concat([
        reply(call),
        message({ procedure: call.procedure, serial: call.serial, type: 3, status: 2 }, Buffer.from(text)),
      ]),
    );
const isLost: Answer = (_call, peer) => peer.destroy();
/** VIR_ERR_OPERATION_INVALID */
const isOff: Answer = (call, peer) => peer.write(errorReply(call, { code: 55, text: xdr('domain is not running') }));
const joinedAndLost: Answer = (call, peer) => {
  says('one\r\n')(call, peer);
  setTimeout(() => peer.destroy(), 50);
};

test('a console whose own connection is lost alone is joined anew, however often it takes', async () => {
  const { shows } = await joinConsole(joinedAndLost, isLost, isLost, says('two\r\n'));
  await shows('[db: Ctrl+] leaves]', 'one', '[db: libvirtd is lost; waits for it]', '[db: is back]', 'two');
});

test('a lost connection that still has the console is waited for', async () => {
  const inUse: Answer = (call, peer) =>
    peer.write(errorReply(call, { code: 9, text: xdr('Active console session exists for this domain') }));
  const { shows } = await joinConsole(joinedAndLost, inUse, inUse, says('two\r\n'));
  const waits = '[db: is still in use, perhaps by the lost connection; waits for it]';
  await shows('[db: Ctrl+] leaves]', 'one', '[db: libvirtd is lost; waits for it]', waits, '[db: is back]', 'two');
});

test('a guest that is off when libvirtd is back is said to be off', async () => {
  const { shows } = await joinConsole(joinedAndLost, isOff);
  await shows(
    '[db: Ctrl+] leaves]',
    'one',
    '[db: libvirtd is lost; waits for it]',
    '[db: is off; waits for its start]',
  );
});
