import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Call, domain, type FakeDaemon, message, reply, startFakeDaemon, u32, xdr } from '@kvm/ci/fake-daemon';
import { needs } from '@kvm/ci/needs';
import { SshMachine } from '@kvm/ci/ssh-machine';
import { describe, expect, test } from 'vitest';
import { bundle, exampleFolder } from './bundled.ts';
import { startBundle } from './started-bundle.ts';

const attacks = Number(process.env.KVM_ATTACKS ?? 150);
/** A run that takes longer hangs: a call takes a minute at most, and so does a look at a host. */
const patienceMs = 200_000;

/** Ended by itself, with an exit code of ours, and no mistake of ours. */
function expectCalm({ status, stderr }: { status: number | null; stderr: string }, what: string): void {
  expect(status, `${what}: ${stderr}`).not.toBeNull();
  expect(status, `${what}: ${stderr}`).toBeLessThan(128);
  expect(stderr, what).not.toContain('mistake in kvmctl itself');
}

/** The same numbers for the same seed: an attack can be tried again. */
function numbers(seed: number): (below: number) => number {
  let state = seed * 2654435761 + 1;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 3266489917) | 0;
    return ((state ^ (state >>> 13)) >>> 0) % below;
  };
}

const longest = 32 * 2 ** 20;

/** An answer, honest but for one thing. */
function twisted(call: Call, honest: Buffer, pick: (below: number) => number): Buffer | 'hang up' {
  const random = (): Buffer => Buffer.from(Array.from({ length: pick(200) }, () => pick(256)));
  const ways: (() => Buffer | 'hang up')[] = [
    () => reply(call, honest.subarray(0, pick(honest.length + 1))),
    () => reply(call, Buffer.concat([honest, random()])),
    () => reply(call, random()),
    () => reply(call, u32(0xffffffff, pick(100)), honest),
    () => reply(call, u32(pick(1000)), Buffer.alloc(1_000_000, pick(256))),
    () => message({ ...call, type: pick(9), status: pick(4) }, honest),
    () => message({ ...call, serial: pick(5), procedure: call.procedure + pick(3), type: 1 }, honest),
    () => message({ procedure: call.procedure, serial: call.serial, status: 1 }, random()),
    () => Buffer.concat([u32(pick(2) ? longest + 100 : pick(28)), random()]),
    () => reply(call, Buffer.alloc(longest - 100, 0)),
    () => 'hang up',
    () => reply(call, honest),
  ];
  return ways[pick(ways.length)]?.() ?? 'hang up';
}

const xml = "<domain type='kvm'><name>web</name><devices/></domain>";
const honestAnswers = new Map<number, Buffer>([
  [1, Buffer.alloc(0)],
  [2, Buffer.alloc(0)],
  [14, xdr(xml)],
  [23, domain('web', 1)],
  [60, u32(1)],
  [66, u32(1, 0)],
  [196, domain('web', 1)],
  [212, u32(1, 0)],
  [273, Buffer.concat([u32(1), domain('web', 1), u32(1)])],
  [316, u32(7)],
  [344, Buffer.concat([u32(1), domain('web', 1), u32(1), xdr('state.state'), u32(1, 1)])],
]);

const commands = [
  ['list', '--json'],
  ['list'],
  ['stats', '--json'],
  ['stats'],
  ['start', 'web'],
  ['stop', 'web', '--timeout', '2'],
  ['kill', 'web'],
  ['top', '--once', '--json', '--interval', '1'],
  ['screenshot', 'web'],
];

describe('a hostile libvirtd', () => {
  test(
    `${attacks} attacks: kvmctl neither crashes nor hangs, and writes nothing but what it was asked for`,
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'kvmctl-hostile-'));
      const before = readdirSync(tmpdir()).filter((name) => name.startsWith('kvmctl-ssh-'));
      let right = 0;
      try {
        for (let seed = 0; seed < attacks; seed++) {
          const pick = numbers(seed);
          // Some honest answers first, so that each call is reached.
          let honestly = pick(8);
          await using daemon: FakeDaemon = await startFakeDaemon((call: Call, peer: Socket) => {
            const honest = honestAnswers.get(call.procedure) ?? Buffer.alloc(0);
            const answer = honestly-- > 0 ? reply(call, honest) : twisted(call, honest, pick);
            if (answer === 'hang up') peer.destroy();
            else peer.write(answer);
          }, true);
          const words = commands[seed % commands.length] ?? [];
          const uri = `qemu+unix:///system?socket=${encodeURIComponent(daemon.socket)}`;
          const run = await startBundle([...words, '--connect', uri], { cwd: folder, timeoutMs: patienceMs });
          expectCalm(run, `seed ${seed}, ${words.join(' ')}`);
          expect(readdirSync(folder).filter((name) => !/^web\.[a-z]+$/.test(name))).toEqual([]);
          right += 1;
        }
      } finally {
        rmSync(folder, { recursive: true });
        console.log(`hostile libvirtd: ${attacks} tried, ${right} right`);
      }
      expect(readdirSync(tmpdir()).filter((name) => name.startsWith('kvmctl-ssh-'))).toEqual(before);
    },
    attacks * patienceMs,
  );

  test('one that says nothing at all is given up', async () => {
    await using daemon = await startFakeDaemon(() => undefined, true);
    const uri = `qemu+unix:///system?socket=${encodeURIComponent(daemon.socket)}`;
    const run = await startBundle(['list', '--connect', uri], { cwd: tmpdir(), timeoutMs: patienceMs });
    expectCalm(run, 'silence');
    expect(run.stderr).toMatch(/not open after|no answer/);
  });
});

/** What is run on a host instead of a command; `$2` is the command. It opens the connection as an honest one does. */
const shells: Readonly<Record<string, string>> = {
  'says nothing': 'exec sleep 1000',
  'writes for ever': 'yes lie',
  'writes for ever to standard error': 'yes lie >&2',
  'answers nothing': 'exit 0',
  fails: 'exit 3',
  'is killed': 'kill -KILL $$',
  'answers random bytes': 'head -c 100000 /dev/urandom',
  'answers JSON of another kind': `echo '{"nftables": {"report": [{"vg": null}], "a": [[[[1]]]]}}'`,
  'answers null': 'echo null',
  'answers deep JSON': 'head -c 1000000 /dev/zero | tr "\\0" "["',
  'answers names that lead elsewhere': `printf '../../etc/cron.d/x\\t0644 root root\\n%s\\n' "$2"`,
  'echoes the command': 'printf "%s\\n" "$2"; cat',
  'holds the lock and lies': 'case $2 in *hold*) echo held; cat >/dev/null ;; *) echo ;; esac',
  'is busy, says whoever': `printf 'busy\\t1\\t2\\t\\033[2J\\n'`,
  'cuts the connection': 'kill -KILL $(pgrep -f "[s]shd: root@notty")',
};

describe.skipIf(needs('root', 'unshare', 'nsenter', 'ssh', 'sshd', 'ssh-keygen'))('a hostile host over ssh', () => {
  test(
    'kvmctl neither crashes nor hangs, writes nothing here, and runs nothing on another machine',
    async () => {
      await using machine = await SshMachine.start();
      const { namespace } = machine;
      const inventory = join(exampleFolder, 'inventory.yaml');
      const local = () => namespace.sh('find /root /run/etc /etc/cron.d /var/log -newer /run/hostile -type f');
      let [tried, right] = [0, 0];
      try {
        for (const [what, lie] of Object.entries(shells)) {
          namespace.write(
            '/run/hostile',
            `#!/bin/sh\ncase $2 in *"this connection is open"*) exec /bin/sh "$@" ;; esac\n${lie}\n`,
          );
          namespace.sh(`chmod 755 /run/hostile
            sed 's,^root:.*,root:x:0:0:root:/root:/run/hostile,' /etc/passwd >/run/p; cat /run/p >/etc/passwd`);
          const before = local();
          const runs = ['plan', 'apply --yes', 'drift', 'doctor'].map(async (words) => {
            tried += 1;
            const argv = [bundle, '-i', inventory, ...words.split(' '), '--host', machine.url];
            const [program, enter] = namespace.enter(process.execPath, ...argv);
            const run = await startBundle(enter, { cwd: '/', timeoutMs: patienceMs, program });
            expectCalm(run, `${what}: ${words}`);
            expect(run.status, `${what}: ${words}: ${run.stdout}`).not.toBe(0);
            right += 1;
          });
          await Promise.all(runs);
          expect(local(), what).toBe(before);
          expect(machine.reachedOther, what).toBe('');
          console.log(`a host that ${what}: as it should be`);
        }
      } finally {
        console.log(`hostile host over ssh: ${tried} tried, ${right} right`);
      }
    },
    Object.keys(shells).length * 4 * patienceMs,
  );
});
