import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { Duplex, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Daemon, startDaemon } from '@kvm/ci/libvirt-daemon';
import { needs } from '@kvm/ci/needs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Connection, type ConsoleOptions, connect, type Domain } from '../src/index.ts';
import { pumpIntoConsole } from './pump.ts';
import { virsh } from './script.ts';
import { floodLine, startSerialGuest } from './serial-guest.ts';

describe.skipIf(needs('root', 'unshare', 'libvirtd', 'qemu-system-x86_64', 'virsh', 'perl'))(
  'streams of libvirtd',
  () => {
    let daemon: Daemon;
    let connection: Connection;
    let vm: Domain;
    beforeAll(async () => {
      daemon = await startDaemon();
      connection = await connect({ socket: daemon.socket });
      vm = await startSerialGuest(connection, daemon, 'vm65');
    });
    afterAll(async () => {
      await connection.close();
      await daemon[Symbol.asyncDispose]();
    });
    const consoles: Duplex[] = [];
    afterEach(async () => {
      await Promise.all(consoles.splice(0).map(closed));
      await virsh(daemon, 'start', 'vm65');
      await virsh(daemon, 'reset', 'vm65');
    });
    /** A console whose guest waits for a command: its prompt is lost when QEMU has not seen yet that somebody listens. */
    async function openPrompt(): Promise<Duplex> {
      const terminal = await openConsole();
      const typing = setInterval(() => terminal.write('\r'), 500);
      await textUntil(terminal, 'ready> ');
      clearInterval(typing);
      terminal.write('#\r');
      await textUntil(terminal, '#\r\nready> ');
      return terminal;
    }
    async function openConsole(options?: ConsoleOptions): Promise<Duplex> {
      const opened = await vm.console(options);
      consoles.push(opened);
      return opened;
    }

    test('a command typed, its answer read', async () => {
      const terminal = await openPrompt();
      terminal.write('uptime\r');
      expect(await textUntil(terminal, 'ready> ')).toBe('uptime\r\nready> ');
      terminal.end();
      await once(terminal.resume(), 'close');
      expect(terminal.errored).toBeNull();
    });

    test('much is typed, and all of it echoed', async () => {
      const typed = 'x'.repeat(20_000);
      const terminal = await openPrompt();
      terminal.write(`${typed}\r`);
      expect(await textUntil(terminal, 'ready> ')).toBe(`${typed}\r\nready> `);
    });

    test('a console belongs to one at a time, unless it is taken by force', async () => {
      const first = await openConsole();
      await expect(vm.console()).rejects.toThrow(
        expect.objectContaining({ code: 'VIR_ERR_OPERATION_FAILED', call: 'DomainOpenConsole', subject: 'vm65' }),
      );
      const taken = expect(once(first, 'close')).rejects.toThrow(expect.objectContaining({ code: 'VIR_ERR_RPC' }));
      const second = await openConsole({ force: true, device: 'serial0' });
      await taken;
      second.end();
      await once(second.resume(), 'close');
      await openConsole();
    });

    test('a console ends with its guest, and no process waits for it longer', async () => {
      const terminal = await openConsole();
      const ended = once(terminal.resume(), 'end');
      await vm.destroy();
      await ended;
      await expect(vm.console()).rejects.toThrow(expect.objectContaining({ code: 'VIR_ERR_OPERATION_INVALID' }));
    });

    test('a console is given up by its signal', async () => {
      const controller = new AbortController();
      const terminal = await openConsole({ signal: controller.signal });
      controller.abort();
      await expect(once(terminal, 'end')).rejects.toThrow(
        expect.objectContaining({ code: 'ABORTED', subject: 'vm65' }),
      );
      // libvirtd takes a moment to see that its client has gone.
      await expect.poll(() => vm.console().then((other) => other.destroy().destroyed)).toBe(true);
    });

    test('a slow reader holds back 200 MB, not the calls beside it', async () => {
      const size = 200 * 1024 * 1024;
      const terminal = await openConsole();
      const pump = await pumpIntoConsole(daemon, size);
      const before = process.memoryUsage();
      let highest = 0;
      let received = 0;
      for await (const chunk of terminal) {
        received += chunk.length;
        if (Math.floor(received / 4_000_000) !== Math.floor((received - chunk.length) / 4_000_000)) {
          await sleep(20);
          expect(await vm.state()).toBe('running');
          const { rss, arrayBuffers } = process.memoryUsage();
          highest = Math.max(highest, rss - before.rss, arrayBuffers - before.arrayBuffers);
        }
        if (received >= size) break;
      }
      expect(received).toBeGreaterThanOrEqual(size);
      expect(highest).toBeLessThan(64 * 1024 * 1024);
      if (pump.exitCode === null) await once(pump, 'exit');
    });

    test('a reader that stops holds back the guest, which goes on where it was', async () => {
      const terminal = await openPrompt();
      terminal.write('F');
      await once(terminal, 'readable');
      await sleep(1000);
      let text = '';
      for await (const chunk of terminal) {
        text += chunk;
        if (text.length > 100_000) break;
      }
      const lines = text.slice(text.indexOf(floodLine)).split('\n');
      expect(new Set(lines.slice(0, -1))).toEqual(new Set([floodLine.trim()]));
    });

    test('a screenshot is a picture, the same one that virsh takes', async () => {
      await openPrompt(); // until then the BIOS changes the screen's size
      const { mimeType, image } = await vm.screenshot();
      const bytes = await buffer(image);
      await virsh(daemon, 'screenshot', 'vm65', `/proc/${daemon.namespaces}/root/run/shot`);
      expect(mimeType).toBe('image/png');
      const judged = await readFile(`/proc/${daemon.namespaces}/root/run/shot`);
      // Its signature, width and height: the cursor may have blinked between the two.
      expect(bytes.subarray(0, 24)).toEqual(judged.subarray(0, 24));
      await expect(vm.screenshot({ screen: 7 })).rejects.toThrow(
        expect.objectContaining({ call: 'DomainScreenshot', subject: 'vm65' }),
      );
    });

    test('a libvirtd killed in the middle of a stream', async () => {
      await using victim = await startDaemon();
      await using own = await connect({ socket: victim.socket });
      const terminal = await (await startSerialGuest(own, victim, 'vm66')).console();
      await textUntil(terminal, 'ready> ');
      const next = once(terminal, 'end');
      process.kill(victim.pid, 'SIGKILL');
      await expect(next).rejects.toThrow(expect.objectContaining({ code: 'CLOSED', call: 'DomainOpenConsole' }));
    });

    test('a libvirtd that hangs in the middle of a stream', async () => {
      await using victim = await startDaemon();
      await using own = await connect({ socket: victim.socket, keepalive: { intervalMs: 100, count: 2 } });
      const terminal = await (await startSerialGuest(own, victim, 'vm66')).console();
      await textUntil(terminal, 'ready> ');
      const next = once(terminal, 'end');
      process.kill(victim.pid, 'SIGSTOP');
      await expect(next).rejects.toThrow(expect.objectContaining({ code: 'UNRESPONSIVE' }));
      process.kill(victim.pid, 'SIGCONT');
    });
  },
);

async function closed(stream: Duplex): Promise<void> {
  stream.on('error', () => undefined).destroy();
  if (!stream.closed) await new Promise((resolve) => stream.once('close', resolve));
}

/** What is read up to and including `end`, which comes last. */
async function textUntil(stream: Readable, end: string): Promise<string> {
  let text = '';
  const collect = (chunk: Buffer): void => {
    text += chunk;
    if (text.endsWith(end)) stream.off('data', collect).pause().emit('collected');
  };
  stream.on('data', collect).resume();
  await once(stream, 'collected');
  return text;
}
