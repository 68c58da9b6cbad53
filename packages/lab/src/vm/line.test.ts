import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { VmLine } from './line.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'line-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A line to an agent that is ready, and the agent's end of it. */
async function openLine(): Promise<{ line: VmLine; agent: Socket; close: () => void }> {
  const server = createServer().listen(join(folder, 'line.sock'));
  await once(server, 'listening');
  const [line, agent] = await Promise.all([
    VmLine.open({ folder, file: 'line.sock' }, AbortSignal.timeout(5000)),
    once(server, 'connection').then(([socket]: Socket[]) => {
      socket?.on('error', () => undefined).write('{"ready":true}\n');
      return socket;
    }),
  ]);
  if (agent === undefined) throw new Error('no agent');
  const close = (): void => {
    agent.destroy();
    server.close();
  };
  return { line, agent, close };
}

test.each([
  'no JSON',
  'null',
  '7',
  '{"id":1,"stdout":7}',
  '{"id":1,"stderr":{}}',
  '{"id":1,"exit":"0"}',
  '{"id":1,"exit":256}',
  '{"id":1,"exit":null,"signal":"toString"}',
  '{"id":1,"exit":null,"signal":{}}',
])('an agent that says %s is hung up on', async (said) => {
  const { line, agent, close } = await openLine();
  const { exitCode } = line.spawn(['true']);
  agent.write(`${said}\n`);
  await expect(exitCode).rejects.toMatchObject({ code: 'vm-ended' });
  close();
});

test('an agent that never ends a line is hung up on', async () => {
  const { line, agent, close } = await openLine();
  const { exitCode } = line.spawn(['true']);
  agent.setMaxListeners(0);
  const piece = 'x'.repeat(2 ** 16);
  let written = 0;
  while (!agent.destroyed && written < 2 ** 24) {
    written += piece.length;
    const goesOn = new Promise((resolve) => agent.once('drain', resolve).once('close', resolve));
    if (!agent.write(piece)) await goesOn;
  }
  await expect(exitCode).rejects.toMatchObject({ code: 'vm-ended' });
  expect(written).toBeLessThan(2 ** 24);
  close();
});

test('what an agent says in pieces is put together', async () => {
  const { line, agent, close } = await openLine();
  const { exitCode, stdout } = line.spawn(['true']);
  for (const piece of ['{"id":1,"stdo', 'ut":"aGk="}\n{"id":1,"ex', 'it":3,"signal":null}\n']) agent.write(piece);
  expect(await exitCode).toBe(3);
  expect(String(stdout.read())).toBe('hi');
  close();
});
