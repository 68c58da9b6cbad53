import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { type Daemon, startDaemon } from '@kvm/ci/libvirt-daemon';
import { needs } from '@kvm/ci/needs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Connection, connect } from '../src/index.ts';
import { bundle, virsh } from './script.ts';

const programs = ['root', 'unshare', 'libvirtd', 'qemu-system-x86_64', 'virsh'];
describe.skipIf(needs(...programs))("libvirtd's events", () => {
  const definition = (devices = '') =>
    `<domain type='qemu'><name>vm65</name><memory unit='MiB'>32</memory><os><type>hvm</type></os><devices>${devices}</devices></domain>`;
  let daemon: Daemon;
  let connection: Connection;
  beforeAll(async () => {
    daemon = await startDaemon();
    connection = await connect({ socket: daemon.socket });
  });
  afterAll(async () => {
    await connection.close();
    await daemon[Symbol.asyncDispose]();
  });
  afterEach(async () => {
    await virsh(daemon, 'destroy', 'vm65');
    await virsh(daemon, 'undefine', 'vm65');
  });

  test("a guest's life, as it goes", async () => {
    await using events = await connection.events('lifecycle');
    const vm = await connection.defineDomain(definition());
    await vm.start();
    await virsh(daemon, 'suspend', 'vm65');
    await virsh(daemon, 'resume', 'vm65');
    await vm.destroy();
    await vm.undefine();
    const seen: string[] = [];
    for await (const { domain, event, detail } of events) {
      // QEMU may or may not find the time to say that it was told to end.
      if (event !== 'shutdown') seen.push(`${domain.name} ${event} ${detail}`);
      if (event === 'undefined') break;
    }
    expect(seen).toEqual([
      'vm65 defined added',
      'vm65 resumed unpaused',
      'vm65 started booted',
      'vm65 suspended paused',
      'vm65 resumed unpaused',
      'vm65 stopped destroyed',
      'vm65 undefined removed',
    ]);
  });

  test('a reset, a device that goes, somebody at the screen', async () => {
    const vm = await connection.defineDomain(
      definition(
        `<controller type='usb' model='qemu-xhci'/><input type='tablet' bus='usb'><alias name='ua-tablet'/></input>
         <graphics type='vnc' socket='/run/vnc.sock'/>`,
      ),
    );
    await vm.start();
    await using reboots = await connection.events('reboot', { domain: vm });
    await using events = await connection.events(['deviceRemoved', 'graphics'], { domain: vm });
    await virsh(daemon, 'reset', 'vm65');
    expect((await reboots.next()).value?.kind).toBe('reboot');

    await virsh(daemon, 'detach-device-alias', 'vm65', 'ua-tablet', '--live');
    expect((await events.next()).value).toMatchObject({ kind: 'deviceRemoved', device: 'ua-tablet' });

    const viewer = createConnection(`/proc/${daemon.namespaces}/root/run/vnc.sock`);
    await once(viewer, 'data');
    expect((await events.next()).value).toMatchObject({
      kind: 'graphics',
      phase: 'connect',
      local: { family: 'unix' },
      domain: { name: 'vm65' },
    });
    viewer.destroy();
    expect((await events.next()).value).toMatchObject({ kind: 'graphics', phase: 'disconnect' });
  });

  test('a block job, from its start to its end', async () => {
    for (const name of ['disk', 'copy']) {
      await writeFile(`/proc/${daemon.namespaces}/root/run/${name}.img`, Buffer.alloc(1024 * 1024));
    }
    const vm = await connection.defineDomain(
      definition(
        "<disk type='file'><driver type='raw'/><source file='/run/disk.img'/><target dev='vda' bus='virtio'/></disk>",
      ),
    );
    await vm.start();
    await using events = await connection.events('blockJob');
    await virsh(
      daemon,
      'blockcopy',
      'vm65',
      'vda',
      '/run/copy.img',
      '--transient-job',
      '--reuse-external',
      '--format',
      'raw',
    );
    expect((await events.next()).value).toMatchObject({ disk: 'vda', job: 'copy', status: 'ready' });
    await virsh(daemon, 'blockjob', 'vm65', 'vda', '--abort');
    expect((await events.next()).value).toMatchObject({ disk: 'vda', job: 'copy', status: 'canceled' });
  });

  test('a program that waits for events stays alive until it has them', async () => {
    const program = spawn(process.execPath, ['--input-type=module', '-'], { stdio: ['pipe', 'pipe', 'inherit'] });
    program.stdin.end(
      await bundle(`
        import { connect } from '@kvm/libvirt';
        const connection = await connect({ socket: ${JSON.stringify(daemon.socket)} });
        const events = await connection.events('lifecycle');
        console.log('waits');
        for await (const { event } of events) {
          console.log(event);
          break;
        }`),
    );
    let output = '';
    program.stdout.on('data', (chunk) => {
      output += chunk;
    });
    await once(program.stdout, 'data');
    await connection.defineDomain(definition());
    await once(program, 'close');
    expect(output).toBe('waits\ndefined\n');
  });

  test('a libvirtd killed while events are waited for', async () => {
    await using victim = await startDaemon();
    const own = await connect({ socket: victim.socket });
    const next = (await own.events('lifecycle')).next();
    process.kill(victim.pid, 'SIGKILL');
    await expect(next).rejects.toThrow(expect.objectContaining({ code: 'CLOSED' }));
  });

  test('a libvirtd that hangs while events are waited for', async () => {
    await using victim = await startDaemon();
    const own = await connect({ socket: victim.socket, keepalive: { intervalMs: 100, count: 2 } });
    const next = (await own.events('lifecycle')).next();
    process.kill(victim.pid, 'SIGSTOP');
    await expect(next).rejects.toThrow(expect.objectContaining({ code: 'UNRESPONSIVE' }));
    process.kill(victim.pid, 'SIGCONT');
  });

  test('a libvirtd that is restarted', async () => {
    await using victim = await startDaemon();
    await using own = await connect({ socket: victim.socket, reconnect: true });
    await using events = await own.events(['lifecycle', 'reconnected']);
    await victim.restart();
    expect((await events.next()).value).toEqual({ kind: 'reconnected' });
    await own.defineDomain(definition());
    expect((await events.next()).value).toMatchObject({ event: 'defined', detail: 'added' });
  });
});
