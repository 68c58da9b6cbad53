import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { needs } from '@kvm/ci/needs';
import { type Connection, connect, statsOfAll } from '@kvm/libvirt';
import type { Sample } from '@kvm/monitor';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { bundle, userEnvironment } from './bundled.ts';
import { type LinuxGuestFiles, linuxDomain, makeLinuxGuest } from './linux-guest.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from './private-libvirtd.ts';
import { openTerminal } from './pseudo-terminal.ts';
import { startBundle } from './started-bundle.ts';
import {
  type Change,
  expectBounded,
  expectEvents,
  expectLists,
  expectNothingTwice,
  expectSamples,
  expectScrapes,
  fickle,
  type Held,
  now,
  type Scrape,
  type Span,
  sampleMs,
  steady,
  type ToldEvent,
} from './watched.ts';

const minutes = 10;
const starts = 16 * minutes;
/** At which of the starts libvirtd is killed, and how long it stays away: longer than some samples, and shorter than one. */
const kills = new Map([
  [Math.floor(starts / 3), 5000],
  [Math.floor((2 * starts) / 3), 0],
]);

/** What it runs, reads its disk from, and says, each second. */
const work =
  'n=0; while n=$((n+1)); do echo 3 >/proc/sys/vm/drop_caches; dd if=/dev/vda of=/dev/null bs=64k count=16 2>/dev/null; ' +
  'echo beat $n; sleep 1; done\n';

/** Boots nothing, so that it starts and stops at once. */
const idleDomain = (name: string, { root }: LinuxGuestFiles): string => `
  <domain type='qemu'>
    <name>${name}</name>
    <memory unit='MiB'>32</memory>
    <os><type>hvm</type></os>
    <devices>
      <disk type='file'>
        <driver type='raw'/><source file='${root}'/><target dev='vda' bus='virtio'/><readonly/>
      </disk>
    </devices>
  </domain>`;

const programs = ['root', 'unshare', 'nsenter', 'ip', 'libvirtd', 'qemu-system-x86_64', 'qemu-ga', 'mkfs.ext4'];
describe.skipIf(needs(...programs, 'script', 'stty'))('top, exporter, events and console beside each other', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kvmctl-watching-'));
  let libvirtd: PrivateLibvirtd;
  let connection: Connection;
  beforeAll(async () => {
    const files = await makeLinuxGuest(folder);
    libvirtd = await startPrivateLibvirtd();
    connection = await connect({ uri: libvirtd.uri });
    for (const name of steady) await (await connection.defineDomain(linuxDomain(files, name))).start();
    for (const name of fickle) await connection.defineDomain(idleDomain(name, files));
  });
  afterAll(async () => {
    await connection.close();
    await libvirtd[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  const inside = (script: string): void => {
    const namespaces = ['--target', libvirtd.namespaces, '--mount', '--net', '--pid'];
    execFileSync('nsenter', [...namespaces, 'sh', '-ec', script], { stdio: ['ignore', 'ignore', 'inherit'] });
  };

  test(`${minutes} minutes in which guests start and stop ${starts} times and libvirtd is killed twice`, {
    timeout: (minutes + 10) * 60_000,
  }, async () => {
    const top = start('top', '--json', '--interval', String(sampleMs / 1000));
    const samples: Sample[] = [];
    createInterface(top.stdout).on('line', (line) => samples.push(JSON.parse(line)));
    const watching = start('events', '--json');
    const events: ToldEvent[] = [];
    createInterface(watching.stdout).on('line', (line) => events.push(JSON.parse(line)));
    await once(watching.stderr, 'data'); // it is subscribed
    const exporter = start('top', '--prometheus', '127.0.0.1:0');
    const [line] = await once(createInterface({ input: exporter.stderr }), 'line');
    const address = /http:\S+/.exec(line)?.[0] ?? '';
    const scrapes = watch(() => scrape(address), sampleMs);
    const limits = { cwd: folder, timeoutMs: 120_000 };
    const lists = watch(() => startBundle(['list', '--json', '--connect', libvirtd.uri], limits), 5 * sampleMs);
    const terminal = openTerminal(`sh -c 'echo pid $$ is it; exec kvmctl console db --connect "${libvirtd.uri}"'`);
    const consolePid = Number(/pid (\d+)/.exec(await terminal.shows('is it'))?.[1]);
    const knock = setInterval(() => terminal.type('\n'), 1000);
    await terminal.shows('db> ');
    clearInterval(knock);
    terminal.type(work);
    const used = startMeasuring([top.pid, watching.pid, exporter.pid, consolePid].map(Number));

    const { changes, outages } = await changeGuests();

    const stats = await statsOfAll(connection, { active: true });
    const took = { held: used.stop(), scrapes: await scrapes.stop(), lists: await lists.stop() };
    const told = terminal.ends();
    terminal.type('\x1d');
    const shown = await told;
    const ends = [top, watching, exporter].map(async (child) => {
      const ended = once(child, 'exit');
      expect(child.exitCode ?? child.signalCode).toBe(null);
      child.kill();
      await ended;
    });
    await Promise.all(ends);

    const beats = [...shown.shown.matchAll(/^beat (\d+)$/gm)].map(([, number]) => Number(number));
    console.log(
      `${samples.length} samples, ${took.scrapes.length} scrapes, ${took.lists.length} lists, ${changes.length} starts and stops, ${events.length} events, ` +
        `${beats.length} lines of the console, libvirtd killed ${outages.length} times`,
    );
    expectSamples(samples, outages);
    expectNothingTwice(samples, stats);
    expectScrapes(took.scrapes, outages);
    expectLists(took.lists, outages);
    expectEvents(events, changes, outages);
    expect(shown.exitCode).toBe(0);
    expect(shown.shown.split('[db: libvirtd is lost; waits for it]')).toHaveLength(1 + outages.length);
    for (const part of shown.shown.split('[db: is back]')) expect(part).toMatch(/^beat \d+$/m);
    expect(beats).toEqual([...new Set(beats)].sort((a, b) => a - b));
    expectBounded(took.held);
  });

  /** Starts kvmctl, until the test ends. */
  function start(...argv: string[]): ChildProcessByStdio<null, Readable, Readable> {
    const child = spawn(bundle, [...argv, '--connect', libvirtd.uri], {
      cwd: folder,
      env: userEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    return child;
  }

  /** Starts and stops guests, and kills libvirtd. @returns what was done when, and when libvirtd did not answer */
  async function changeGuests(): Promise<{ changes: Change[]; outages: Span[] }> {
    const changes: Change[] = [];
    const outages: Span[] = [];
    const change = async (name: string, event: Change['event']): Promise<void> => {
      const from = now();
      const domain = await connection.domain(name);
      await (event === 'started' ? domain.start() : domain.destroy());
      changes.push({ name, event, from, to: now() });
    };
    const began = now();
    for (let count = 0; count < starts; count += 1) {
      const name = fickle[count % fickle.length] ?? '';
      if (changes.findLast((each) => each.name === name)?.event === 'started') await change(name, 'stopped');
      await sleep(Math.max(0, began + (count * minutes * 60_000) / starts - now()));
      await change(name, 'started');
      const away = kills.get(count);
      if (away === undefined) continue;
      outages.push(await outage(away));
      await statsOfAll(connection); // once libvirtd has all guests again: one that is stopped before may be stopped twice
    }
    await sleep(3 * sampleMs);
    return { changes, outages };
  }

  async function outage(awayMs: number): Promise<Span> {
    const from = now();
    inside('kill -KILL "$(cat /run/libvirtd.pid)"');
    await connection.close();
    await sleep(awayMs);
    inside('rm -f /run/libvirtd.pid; libvirtd --daemon </dev/null >/dev/null 2>&1');
    await expect
      .poll(
        async () => {
          connection = await connect({ uri: libvirtd.uri });
          return connection.libVersion();
        },
        { timeout: 120_000, interval: 20 },
      )
      .toMatch(/^\d/);
    return { from, to: now() };
  }
});

/** Looks at something again and again, with a pause after each time. */
function watch<Look>(look: () => Promise<Look>, pauseMs: number): { stop(): Promise<readonly (Span & Look)[]> } {
  const looks: (Span & Look)[] = [];
  let stopped = false;
  const done = (async () => {
    while (!stopped) {
      const from = now();
      const found = await look();
      looks.push({ from, to: now(), ...found });
      await sleep(pauseMs);
    }
  })();
  done.catch(() => undefined); // is told when it is stopped
  return {
    async stop() {
      stopped = true;
      await done;
      return looks;
    },
  };
}

async function scrape(address: string): Promise<Pick<Scrape, 'values'>> {
  const text = await (await fetch(address)).text();
  const lines = text.matchAll(/^([^#\n].*) (\S+)$/gm);
  return { values: new Map([...lines].map(([, name = '', value]) => [name, Number(value)])) };
}

/** Looks at processes every second. */
function startMeasuring(pids: readonly number[]): { stop(): ReadonlyMap<number, readonly Held[]> } {
  const held = new Map(pids.map((pid): [number, Held[]] => [pid, []]));
  const timer = setInterval(() => {
    for (const [pid, list] of held) {
      const kib = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
      list.push({ kib, files: readdirSync(`/proc/${pid}/fd`).length });
    }
  }, sampleMs);
  onTestFinished(() => clearInterval(timer));
  return {
    stop() {
      clearInterval(timer);
      return held;
    },
  };
}
