import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { needs } from '@kvm/ci/needs';
import { connect } from '@kvm/libvirt';
import type { Sample } from '@kvm/monitor';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { bundle, kvmctl, userEnvironment } from './bundled.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from './private-libvirtd.ts';
import { openTerminal } from './pseudo-terminal.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Runs `kvmctl top` until the test ends. */
function startTop(argv: readonly string[]) {
  const child = spawn(bundle, ['top', ...argv], {
    cwd: tmpdir(),
    env: userEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    child.kill();
  });
  return child;
}

const withoutLibvirt = ['--connect', 'qemu+unix:///system?socket=/nonexistent/socket'];

/** With escape characters that regular expressions can name. */
const visible = (shown: string): string => shown.replaceAll('\x1b', '␛');

describe.skipIf(needs('script', 'stty'))('top in a terminal', () => {
  const top = `kvmctl top --interval 1 ${withoutLibvirt.join(' ')}`;
  const enter = '\x1b[?1049h\x1b[?25l';
  const leave = '\x1b[?25h\x1b[?1049l';

  test('keys change what is shown, and the terminal is as it was afterwards', async () => {
    const terminal = openTerminal(top);
    expect(await terminal.shows('F1 Help')).toContain(enter);
    terminal.type('h');
    await terminal.shows('any key goes back');
    terminal.type('x');
    await terminal.shows('by WRITE/s');
    terminal.type('\x1b[B\r');
    await terminal.shows('HISTORY');
    terminal.type('q\\pub');
    await terminal.shows('Filter: pub_');
    terminal.type('\r');
    await terminal.shows('with "pub"');
    terminal.type('q');
    const { exitCode, shown } = await terminal.ends();
    expect(exitCode).toBe(0);
    expect(shown.endsWith(leave)).toBe(true);
  });

  test('it follows the size of the terminal', async () => {
    const go = join(temporaryFolder(), 'go');
    const terminal = openTerminal(
      `sh -c '(until [ -e ${go} ]; do sleep 0.2; done; stty cols 50 rows 12 </dev/tty) & exec ${top}'`,
    );
    await terminal.shows('F1 Help');
    writeFileSync(go, '');
    let lines: { row: number; length: number }[];
    do {
      terminal.type('\x0c');
      lines = drawnLines(await terminal.shows('F6 S'));
    } while (Math.max(...lines.map(({ row }) => row)) !== 12);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(50);
    terminal.type('q');
    await terminal.ends();
  });

  test.each([
    ['NO_COLOR', { NO_COLOR: '1' }],
    ['a locale that is not UTF-8', { LANG: 'C', LC_ALL: 'C' }],
  ])('%s', async (_, env: NodeJS.ProcessEnv) => {
    const terminal = openTerminal(top, env);
    terminal.type('t');
    const shown = await terminal.shows('q Quit');
    if (env.NO_COLOR) expect(visible(shown)).not.toMatch(/␛\[[1-9][\d;]*m/);
    else expect(shown).toMatch(/^[\p{ASCII}]*$/u);
    terminal.type('q');
    await terminal.ends();
  });

  test('a terminal that is but paper gets pages', async () => {
    const terminal = openTerminal(top, { TERM: 'dumb' });
    expect(await terminal.shows('HISTORY')).not.toContain('\x1b');
    terminal.type('\x03');
    await terminal.ends();
  });

  test.each(['TERM', 'HUP', 'INT'])('killed by SIG%s, it leaves the terminal as it was', async (signal) => {
    const go = join(temporaryFolder(), 'go');
    const terminal = openTerminal(`sh -c '(until [ -e ${go} ]; do sleep 0.2; done; kill -${signal} $$) & exec ${top}'`);
    await terminal.shows('F1 Help');
    writeFileSync(go, '');
    expect((await terminal.ends()).shown).toContain(leave);
  });
});

test('a reader that has seen enough ends it without a word', () => {
  const script = `kvmctl top --json --interval 1 ${withoutLibvirt.join(' ')} | head -n 1`;
  const shown = execFileSync('sh', ['-c', `${script} 2>&1`], {
    env: userEnvironment(),
    cwd: tmpdir(),
    encoding: 'utf8',
  });
  expect(JSON.parse(shown)).toMatchObject({ version: 1, guests: [] });
});

describe.skipIf(needs('root', 'unshare', 'ip', 'libvirtd', 'qemu-system-x86_64', 'losetup', 'dd'))(
  'top of a libvirtd',
  () => {
    let libvirtd: PrivateLibvirtd;
    const loops: string[] = [];
    const folder = mkdtempSync(join(tmpdir(), 'kvmctl-top-'));

    beforeAll(async () => {
      libvirtd = await startPrivateLibvirtd();
      await using connection = await connect({ uri: libvirtd.uri });
      for (const [name, vmid] of [
        ['db', 61],
        ['public', 65],
      ] as const) {
        const file = join(folder, name);
        execFileSync('truncate', ['--size', '32M', file]);
        const loop = execFileSync('losetup', ['--find', '--show', file], { encoding: 'utf8' }).trim();
        loops.push(loop);
        const domain = await connection.defineDomain(definition(name, vmid, loop));
        await domain.start();
      }
      await connection.defineDomain(definition('stopped', 66, '/dev/null'));
    });
    afterAll(async () => {
      await libvirtd?.[Symbol.asyncDispose]();
      for (const loop of loops) execFileSync('losetup', ['--detach', loop]);
      rmSync(folder, { recursive: true, force: true });
    });

    const top = (...argv: string[]) => startTop(['--connect', libvirtd.uri, '--interval', '1', ...argv]);

    test('what is written to a disk is its guest’s, and a recording gives the same again', async () => {
      const recording = join(temporaryFolder(), 'recording');
      const child = top('--json', '--record', recording);
      const load = spawn(
        'sh',
        ['-c', `while :; do dd if=/dev/zero of=${loops[0]} bs=64k count=16 oflag=direct status=none; sleep 0.1; done`],
        {
          detached: true,
        },
      );
      onTestFinished(() => {
        if (load.pid !== undefined) process.kill(-load.pid);
      });
      await using connection = await connect({ uri: libvirtd.uri });
      const guest = await connection.domain('db');
      const lines: string[] = [];
      for await (const line of createInterface({ input: child.stdout })) {
        lines.push(line);
        if (wroteMost(JSON.parse(line)) && lines.length > 1) break;
        // Without a system to boot, its processor rests after a second.
        await guest.reset();
      }
      child.kill();
      await once(child, 'exit');
      const last: Sample = JSON.parse(lines.at(-1) ?? '');
      expect(last.guests.map(({ name, vmid, state }) => [name, vmid, state]).sort()).toEqual([
        ['db', 61, 'running'],
        ['public', 65, 'running'],
        ['stopped', 66, 'shutoff'],
      ]);
      const db = last.guests.find(({ name }) => name === 'db');
      expect(db?.volumes.map(({ device }) => `/dev/${device}`)).toEqual([loops[0]]);
      expect(db?.cpuPercent).toBeGreaterThan(0);
      expect(db?.residentBytes).toBeGreaterThan(1024 ** 2);
      const replayed = kvmctl(['top', '--replay', recording, '--json']);
      expect(replayed.stderr).toBe('');
      expect(replayed.stdout.split('\n').slice(0, lines.length)).toEqual(lines);
    });

    test('metrics for Prometheus', async () => {
      const child = startTop(['--connect', libvirtd.uri, '--prometheus', '127.0.0.1:0']);
      const [line] = await once(createInterface({ input: child.stderr }), 'line');
      const address = /http:\S+/.exec(line)?.[0] ?? '';
      const answers = await Promise.all([1, 2, 3].map(() => fetch(address)));
      for (const answer of answers) {
        expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
        const text = await answer.text();
        expect(text).toContain('\nkvm_libvirt_up 1\n');
        expect(text).toMatch(/^kvm_guest_cpu_seconds_total\{guest="db"\} [\d.]+$/m);
        expect(text).toContain(
          `kvm_guest_disk_writes_total{guest="public",disk="${loops[1]?.slice(5)}",device="${loops[1]?.slice(5)}"} `,
        );
      }
      expect((await fetch(new URL('/', address))).status).toBe(404);
      expect((await fetch(address, { method: 'POST' })).status).toBe(405);
      expect(await (await fetch(address, { method: 'HEAD' })).text()).toBe('');
      const again = kvmctl(['top', '--prometheus', new URL(address).host]);
      expect(again).toMatchObject({ status: 1, stdout: '' });
      expect(again.stderr).toContain('nothing can be served at 127.0.0.1');
    });
  },
);

/** The lines drawn since the screen was last empty. */
function drawnLines(shown: string): { row: number; length: number }[] {
  const frame = visible(shown).split('␛[2J').at(-1) ?? '';
  return [...frame.matchAll(/␛\[(\d+);1H(.*?)(?=␛\[\d+;1H|$)/g)].map(([, row, line = '']) => ({
    row: Number(row),
    length: line.replace(/␛\[\d*[mK]/g, '').length,
  }));
}

/** Whether db's disk, and not another one, is being written to. */
function wroteMost({ guests }: Sample): boolean {
  const written = (name: string) => guests.find((guest) => guest.name === name)?.writeBytesPerSecond ?? 0;
  return written('db') > 100_000 && written('public') === 0;
}

const definition = (name: string, vmid: number, disk: string): string => `
<domain type='qemu'>
  <name>${name}</name>
  <metadata><k:guest xmlns:k='urn:kvmctl:guest:1' vmid='${vmid}'/></metadata>
  <memory unit='MiB'>32</memory>
  <os><type>hvm</type></os>
  <devices>
    <disk type='block' device='disk'>
      <driver name='qemu' type='raw' cache='none'/><source dev='${disk}'/><target dev='vda' bus='virtio'/>
    </disk>
  </devices>
</domain>`;
