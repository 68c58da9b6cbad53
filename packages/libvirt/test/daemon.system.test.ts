import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, rename } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { type Daemon, startDaemon } from '@kvm/ci/libvirt-daemon';
import { needs } from '@kvm/ci/needs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RpcClient } from '../src/client.ts';
import { connect, type LibvirtError } from '../src/index.ts';
import { authList, connectOpen, connectSupportsFeature, featureKeepalive } from '../src/procedures/connection.ts';
import { openUnixSocket } from '../src/unix-socket.ts';
import { bundle, runBesideDaemon, virsh } from './script.ts';

describe.skipIf(needs('root', 'unshare', 'libvirtd', 'qemu-system-x86_64', 'virsh'))('living with libvirtd', () => {
  let daemon: Daemon;
  beforeAll(async () => {
    daemon = await startDaemon();
  });
  afterAll(() => daemon[Symbol.asyncDispose]());

  test('the examples of the README do what they say', async () => {
    const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
    const examples = [...readme.matchAll(/```ts system\n(.*?)```.*?```text\n(.*?)```/gs)];
    expect(examples).toHaveLength(2);
    for (const [, example = '', output] of examples) {
      expect(await runBesideDaemon(daemon, example)).toEqual({ stdout: output, stderr: '', exitCode: 0 });
    }
    expect((await virsh(daemon, 'list', '--all', '--name')).stdout.trim()).toBe('');
  });

  test('an open connection does not keep its program from ending', async () => {
    const program = `
      import { connect } from '@kvm/libvirt';
      const connection = await connect();
      console.log(await connection.libVersion());`;
    const { stdout, exitCode } = await runBesideDaemon(daemon, program);
    expect({ stdout, exitCode }).toEqual({ stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), exitCode: 0 });
  });

  test('a user who may not use the socket is told so', async () => {
    const program = `
      import { connect } from '@kvm/libvirt';
      await connect().catch(({ code, message }) => console.log(code, message));`;
    const nobody = 65534;
    expect((await runBesideDaemon(daemon, program, nobody)).stdout).toBe(
      "PERMISSION_DENIED this user may not use /run/libvirt/libvirt-sock: run as root, or join the socket's group (libvirt on Debian)\n",
    );
  });

  test("without a name, libvirtd's socket is taken, or virtqemud's where there is only that", async () => {
    await using modular = await startDaemon();
    const program = `
      import { connect } from '@kvm/libvirt';
      const outcome = connect().then((connection) => connection.libVersion());
      console.log(await outcome.then(() => 'connected', ({ code, message }) => code + ' ' + message));`;
    const folder = `/proc/${modular.namespaces}/root/run/libvirt`;
    const outcomes = [(await runBesideDaemon(modular, program)).stdout];
    await rename(`${folder}/libvirt-sock`, `${folder}/virtqemud-sock`);
    outcomes.push((await runBesideDaemon(modular, program)).stdout);
    await rename(`${folder}/virtqemud-sock`, `${folder}/gone`);
    outcomes.push((await runBesideDaemon(modular, program)).stdout);
    expect(outcomes).toEqual([
      'connected\n',
      'connected\n',
      'NO_SOCKET there is no socket /run/libvirt/libvirt-sock or /run/libvirt/virtqemud-sock: install and start libvirtd, or name its socket\n',
    ]);
  });

  test('a libvirtd that is killed rejects the calls it had not answered', async () => {
    await using victim = await startDaemon();
    const connection = await connect({ socket: victim.socket });
    process.kill(victim.pid, 'SIGSTOP');
    const calls = [connection.listDomains(), connection.version(), connection.domain('vm65')];
    process.kill(victim.pid, 'SIGKILL');
    for (const call of calls) await expect(call).rejects.toThrow(expect.objectContaining({ code: 'CLOSED' }));
    // The kernel closes a dead process's sockets one by one: the one that listens may be the last.
    const code = () => connect({ socket: victim.socket }).catch((error: LibvirtError) => error.code);
    await expect.poll(code).toMatch(/^(NO_SOCKET|CONNECT_FAILED)$/);
  });

  test("libvirtd's pings are answered, and it ends the connection of a client that does not", async () => {
    await using strict = await startDaemon('keepalive_interval = 1\nkeepalive_count = 1\n');
    const clients = [];
    for (let index = 0; index < 2; index++) {
      const socket = await openUnixSocket(strict.socket, { driver: 'qemu', session: false });
      const client = new RpcClient(socket, { timeoutMs: 60_000 });
      await client.call(authList, undefined);
      await client.call(connectOpen, 'qemu:///system');
      expect(await client.call(connectSupportsFeature, featureKeepalive)).toBe(1);
      clients.push({ socket, client });
    }
    const [answers, ignores] = clients;
    ignores?.socket.removeAllListeners('data').resume();
    if (ignores) await once(ignores.socket, 'close');
    expect(await answers?.client.call(connectSupportsFeature, featureKeepalive)).toBe(1);
    answers?.client.end({ code: 'CLOSED', message: 'done' });
  });

  test('nothing is left on the machine when the tests are killed', async () => {
    const paths = ['/run/libvirt', '/var/lib/libvirt', '/var/log/libvirt', '/var/cache/libvirt', '/etc/libvirt/qemu'];
    const state = async () => ({
      files: paths.filter((path) => existsSync(path)),
      mounts: (await readFile('/proc/mounts', 'utf8')).split('\n').filter((line) => line.startsWith('libvirt-test ')),
    });
    const before = await state();
    const program = spawn(process.execPath, ['--input-type=module', '-'], { stdio: ['pipe', 'pipe', 'inherit'] });
    program.stdin.end(
      await bundle(`
        import { startDaemon } from '@kvm/ci/libvirt-daemon';
        import { connect } from '@kvm/libvirt';
        const daemon = await startDaemon();
        const connection = await connect({ socket: daemon.socket });
        const xml = "<domain type='qemu'><name>vm65</name><memory unit='MiB'>32</memory><os><type>hvm</type></os></domain>";
        await (await connection.defineDomain(xml)).start();
        console.log(daemon.namespaces);
        setInterval(() => {}, 1000);`),
    );
    const [namespaces] = await once(createInterface(program.stdout), 'line');
    const alive = await processesBelow(Number(namespaces));
    expect(alive.map(({ name }) => name)).toEqual(expect.arrayContaining(['libvirtd', 'qemu-system-x86']));
    program.kill('SIGKILL');
    await expect
      .poll(() => alive.filter(({ pid }) => existsSync(`/proc/${pid}/root/run`)), { timeout: 20_000 })
      .toEqual([]);
    expect(await state()).toEqual(before);
  });
});

/** The processes of the namespace whose first process is `first`. */
async function processesBelow(first: number): Promise<{ pid: number; name: string }[]> {
  const found: { pid: number; name: string }[] = [];
  for (const pid of [first, ...(await childrenOf(first))]) {
    found.push({ pid, name: (await readFile(`/proc/${pid}/comm`, 'utf8')).trim() });
  }
  return found;
}

const childrenOf = async (pid: number): Promise<number[]> =>
  (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ').map(Number);
