import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { needs } from '@kvm/ci/needs';
import { type Connection, connect } from '@kvm/libvirt';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { bundle, kvmctl, userEnvironment } from './bundled.ts';
import { linuxDomain, makeLinuxGuest } from './linux-guest.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from './private-libvirtd.ts';
import { openTerminal, type PseudoTerminal } from './pseudo-terminal.ts';

const inventory = `host: { name: management, address: 192.168.100.1/24 }
guests:
  db: { vmid: 61, autostart: { order: 10, delay: 1 s } }
  web: { vmid: 62, autostart: { order: 20 } }
shared:
  server: db
  auth: false
  logs: false
  files: false
  mail: false
  dns: false
  time: { clients: { web: timesyncd } }
`;
/** Boots nothing, so nobody hears its power button. */
const deaf = "<domain type='qemu'><name>deaf</name><memory unit='MiB'>32</memory><os><type>hvm</type></os></domain>";

const programs = ['root', 'unshare', 'ip', 'libvirtd', 'qemu-system-x86_64', 'qemu-ga', 'mkfs.ext4', 'script', 'stty'];
describe.skipIf(needs(...programs))("guests' power and consoles", () => {
  const folder = mkdtempSync(join(tmpdir(), 'kvmctl-guests-'));
  let libvirtd: PrivateLibvirtd;
  let connection: Connection;
  beforeAll(async () => {
    const files = await makeLinuxGuest(folder);
    libvirtd = await startPrivateLibvirtd();
    connection = await connect({ uri: libvirtd.uri });
    await connection.defineDomain(linuxDomain(files, 'db', { vmid: 61 }));
    await connection.defineDomain(linuxDomain(files, 'web', { vmid: 62, agent: true }));
    await connection.defineDomain(deaf);
    writeFileSync(join(folder, 'inventory.yaml'), inventory);
  });
  afterAll(async () => {
    await connection.close();
    await libvirtd[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });
  const run = (...argv: string[]) => {
    const { status, stderr } = kvmctl([...argv, '--connect', libvirtd.uri], { cwd: folder });
    return { status, stderr };
  };
  const openConsole = (guest: string): PseudoTerminal =>
    openTerminal(`kvmctl console ${guest} --connect '${libvirtd.uri}'`);
  const stateOf = async (name: string) => (await connection.domain(name)).state();

  test("guests start and stop in the inventory's order, and what is so already is left so", async () => {
    expect(run('start', 'web', '61')).toEqual({ status: 0, stderr: 'db has started\nweb has started\n' });
    expect(run('start', 'db', 'web', '62')).toEqual({ status: 0, stderr: 'db runs already\nweb runs already\n' });
    await (await connection.domain('db')).suspend();
    expect(run('stop', 'db')).toMatchObject({ status: 1, stderr: expect.stringContaining('kvmctl kill db') });
    expect(run('start', 'db')).toEqual({ status: 0, stderr: 'db was paused and goes on\n' });
    expect(run('stop', '--timeout', '240', 'db', 'web')).toEqual({ status: 0, stderr: 'web is off\ndb is off\n' });
    expect(run('stop', 'db', 'web')).toEqual({ status: 0, stderr: 'web is off already\ndb is off already\n' });
    expect(run('reboot', 'db')).toEqual({ status: 1, stderr: 'kvmctl: db is off: `kvmctl start db`\n' });
  });

  test('a guest that does not stop keeps those it may need running', async () => {
    expect(run('start', 'deaf', 'db')).toMatchObject({ status: 0 });
    const { status, stderr } = run('stop', '--timeout', '2', 'db', 'deaf');
    expect({ status, lines: stderr.split('\n') }).toEqual({
      status: 1,
      lines: [
        'kvmctl: Not begun, as they come after: db',
        'deaf still runs 2 s after it was asked. Its console may say why (kvmctl console deaf); --timeout gives it longer; kvmctl kill deaf powers it off at once.',
        '',
      ],
    });
    expect(await stateOf('db')).toBe('running');
    expect(run('kill', 'deaf', 'db')).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('db was powered off\n'),
    });
    expect(await stateOf('db')).toBe('shutoff');
  });

  test('one that is not there keeps all others as they are', async () => {
    expect(run('start', 'db', 'nobody')).toMatchObject({ status: 1, stderr: expect.stringContaining('nobody') });
    expect(await stateOf('db')).toBe('shutoff');
    expect(run('start', 'db', '-i', 'none.yaml', 'web')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('none.yaml'),
    });
    expect(run('stop', '--timeout', '0', 'db').status).toBe(64);
  });

  test('a console waits for its guest, takes a command, gives its answer, and stays while the guest restarts', async () => {
    const terminal = openConsole('62');
    await terminal.shows('[web: is off; waits for its start, Ctrl+] leaves]');
    await (await connection.domain('web')).start();
    await terminal.shows('[web: is back]');
    await typeUntil(terminal, '\n', 'web> ');
    terminal.type('echo $((6 * 7))\n');
    await terminal.shows('\n42\n');
    await typeUntil(terminal, 'stty size\n', '\n24 80\n'); // its agent tells it, once it is there

    const again = kvmctl(['console', 'web', '--connect', libvirtd.uri]);
    expect(again).toMatchObject({ status: 1, stderr: expect.stringContaining('a console needs a terminal') });
    const second = openConsole('web');
    expect((await second.ends()).shown).toContain('--force takes it.');

    expect(run('reboot', '--timeout', '240', 'web')).toEqual({ status: 0, stderr: 'web restarts\n' });
    await terminal.shows('Restarting system');
    await typeUntil(terminal, 'echo again\n', '\nagain\n');
    terminal.type('\x1d');
    expect(await terminal.ends()).toMatchObject({ exitCode: 0 });
    expect(await stateOf('web')).toBe('running');
  });

  test('what happens is told as it does, and what was used', async () => {
    const events = spawn(bundle, ['events', '--json', '--connect', libvirtd.uri], { env: userEnvironment() });
    onTestFinished(() => {
      events.kill();
    });
    await once(events.stderr, 'data'); // it is subscribed
    expect(run('kill', 'web').status).toBe(0);
    // That its agent went, which is told as well, may come first.
    let told = { kind: '' };
    for await (const line of createInterface(events.stdout)) {
      told = JSON.parse(line);
      if (told.kind === 'lifecycle') break;
    }
    expect(told).toMatchObject({
      version: 1,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      kind: 'lifecycle',
      domain: { name: 'web', uuid: (await connection.domain('web')).uuid },
    });
    expect(run('start', 'db').status).toBe(0);
    const stats = kvmctl(['stats', '--connect', libvirtd.uri]);
    expect(stats).toMatchObject({ status: 0, stdout: expect.stringMatching(/^DOMAIN .*\ndb .* 96\.0 MiB .*\n$/) });
    const { version, domains } = JSON.parse(kvmctl(['stats', '--json', '--connect', libvirtd.uri]).stdout);
    expect([version, domains]).toMatchObject([1, [{ name: 'db', state: 'running', disks: [{ name: 'vda' }] }]]);
  });

  test("the guest's agent answers", async () => {
    const web = await connection.domain('web');
    await web.start();
    await expect
      .poll(() => web.agentCommand('{"execute":"guest-ping"}').catch(({ code }) => code), {
        timeout: 240_000,
        interval: 500,
      })
      .toBe('{"return":{}}');
    const answer = JSON.parse(await web.agentCommand('{"execute":"guest-get-host-name"}'));
    expect(answer).toEqual({ return: { 'host-name': 'web' } });
    const doctor = () => {
      const { status, stdout } = kvmctl(['doctor', 'web', '--json', '--connect', libvirtd.uri], { cwd: folder });
      return { status, ...JSON.parse(stdout) };
    };
    const claim = "web's clock follows db.home.arpa";
    expect(doctor()).toMatchObject({
      status: 1,
      probes: [
        { service: 'time', claim, verdict: 'bad', remedy: expect.stringContaining('systemctl status timesyncd') },
      ],
    });
    const arg = ['-p', '/run/systemd/timesync/synchronized'];
    await web.agentCommand(JSON.stringify({ execute: 'guest-exec', arguments: { path: 'mkdir', arg } }));
    await expect.poll(doctor).toMatchObject({ status: 0, guest: 'web', probes: [{ claim, verdict: 'good' }] });
    expect(run('doctor', 'db')).toMatchObject({ status: 1, stderr: expect.stringContaining('no guest db that uses') });
    expect(run('doctor', 'deaf')).toMatchObject({ status: 1 });
    await expect(web.agentCommand('{"execute":"guest-nonsense"}')).rejects.toThrow(
      expect.objectContaining({ code: 'VIR_ERR_INTERNAL_ERROR' }),
    );
  });
});

/** Types until the guest is ready to answer. */
async function typeUntil(terminal: PseudoTerminal, keys: string, answer: string): Promise<void> {
  const typing = setInterval(() => terminal.type(keys), 1000);
  try {
    await terminal.shows(answer);
  } finally {
    clearInterval(typing);
  }
}
