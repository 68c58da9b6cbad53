import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { handlePath, openSocket } from './lab-socket.ts';

let folder: string;
let server: Server;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-socket-'));
  await mkdir(join(folder, 'run/libvirt'), { recursive: true });
  server = createServer((socket) => socket.end('hello')).listen(join(folder, 'run/libvirt/sock'));
  await once(server, 'listening');
  await symlink(join(folder, 'run/libvirt/sock'), join(folder, 'run/libvirt/link'));
  await symlink(join(folder, 'run/libvirt'), join(folder, 'run/elsewhere'));
  await writeFile(join(folder, 'run/libvirt/file'), '');
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

test('a socket is found and connected to', async () => {
  await using socket = await openSocket(join(folder, 'run'), 'libvirt/sock');
  const client = connect(handlePath(socket));
  const [said] = await once(client, 'data');
  expect(String(said)).toBe('hello');
});

test.each([
  ['a link in place of the socket', 'libvirt/link', 'ENOTSOCK'],
  ['a link in place of its folder', 'elsewhere/sock', 'ENOTDIR'],
  ['a file', 'libvirt/file', 'ENOTSOCK'],
  ['nothing', 'libvirt/none', 'ENOENT'],
])('%s is refused', async (_, path, code) => {
  await expect(openSocket(join(folder, 'run'), path)).rejects.toMatchObject({ code });
});
