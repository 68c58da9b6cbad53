import { needs } from '@kvm/ci/needs';
import { SshMachine } from '@kvm/ci/ssh-machine';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

/** Ends the process of ssh that holds the connection: a child of the program itself. */
const killMaster = `
import { readFileSync } from 'node:fs';
const children = () => readFileSync('/proc/self/task/' + process.pid + '/children', 'utf8').trim().split(' ').map(Number);
const masters = () => children().filter((pid) => readFileSync('/proc/' + pid + '/cmdline', 'utf8').includes('\\0-M\\0'));
const killMaster = () => masters().forEach((pid) => process.kill(pid, 'SIGKILL'));
`;

const step = `
const step = (id: string, command: [string, ...string[]], after: string[] = []) =>
  ({ id, after, sign: '>', title: id, effect: 'live', changes: [], reason: 'test', action: { kind: 'run', command } }) as const;
`;

describe.skipIf(needs('root', 'unshare', 'nsenter', 'ssh', 'sshd', 'ssh-keygen', 'ssh-agent', 'flock'))(
  'a host over ssh',
  () => {
    let machine: SshMachine;
    beforeEach(async () => {
      machine = await SshMachine.start();
    });
    afterEach(() => machine?.[Symbol.asyncDispose]());

    test('programs run there with a fixed environment, their input, output and exit code', async () => {
      const program = await machine.program(
        `
        import { accessOverSsh, runner } from '../src/run/index.ts';
        await using access = await accessOverSsh('${machine.url}');
        const run = runner(access);
        await ask([
          await run(['sh', '-c', 'cat; echo "$PATH $LC_ALL $TZ" >&2; exit 3'], "it's input"),
          (await run(['printf', '%s.', "it's", '$HOME', 'a  b'])).stdout,
          (await run(['kvm-is-not-there'])).exitCode,
        ]);`,
        import.meta.dirname,
      );
      expect(await program.asked()).toEqual([
        {
          exitCode: 3,
          stdout: "it's input",
          stderr: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin C UTC\n',
        },
        "it's.$HOME.a  b.",
        127,
      ]);
      expect(await program.ended()).toBe('');
      expect(machine.reachedOther).toBe('');
    });

    test('an address of IPv6 is reached', async () => {
      const program = await machine.program(
        `
        import { accessOverSsh, runner } from '../src/run/index.ts';
        await using access = await accessOverSsh('ssh://root@[::1]:2222');
        await ask((await runner(access)(['echo', 'there'])).stdout);`,
        import.meta.dirname,
      );
      expect(await program.asked()).toBe('there\n');
    });

    test('when the connection dies, no command runs on another machine, nor over another connection', async () => {
      const program = await machine.program(
        `
        import { once } from 'node:events';
        import { runHere, runThrough } from '@kvm/command';
        import { accessOverSsh, runner } from '../src/run/index.ts';
        ${killMaster}
        await using access = await accessOverSsh('${machine.url}');
        const run = runner(access);
        const gone = once(access.gone, 'abort');
        const before = (await run(['echo', 'before'])).stdout;
        killMaster();
        // Not what the runner refuses, but what ssh itself does.
        const raw = await runThrough((command) => access.command(command))(['sh', '-c', 'echo after; touch /run/after']);
        await gone;
        const refused = await run(['touch', '/run/after']).catch(({ code, message }) => code + ' ' + message);
        const libvirt = await access.connect().catch(({ code }) => code);
        await ask({ before, raw: [raw.exitCode, raw.stdout], refused, libvirt });`,
        import.meta.dirname,
      );
      expect(await program.asked()).toEqual({
        before: 'before\n',
        raw: [255, ''],
        refused: 'unreachable the ssh connection to 127.0.0.1 has ended',
        libvirt: 'unreachable',
      });
      expect(machine.reachedOther).toBe('');
      expect(machine.namespace.sh('ls /run/after 2>/dev/null || echo none')).toBe('none\n');
    });

    test.each(['connection', 'process of the lock'])('once the %s has ended, no step is begun', async (what) => {
      const program = await machine.program(
        `
        import { once } from 'node:events';
        import { accessOverSsh, applyPlan, lockHost, runner } from '../src/run/index.ts';
        ${killMaster}${step}
        await using access = await accessOverSsh('${machine.url}');
        await using lock = await lockHost(access, 'me');
        const lost = once(lock.lost, 'abort');
        const end = ${what === 'connection'} ? killMaster : async () =>
          void (await runner(access)(['sh', '-c', 'kill -KILL "$(cut -f1 /run/kvmctl/holder)"']));
        const report = async ({ step, outcome }) => {
          if (step.id === 'one' && outcome === 'started') await end();
        };
        const run = lock.guard(runner(access));
        const waiting = ['sh', '-c', 'while [ ! -e /run/go ]; do sleep 0.1; done'];
        const plan = { steps: [step('one', waiting), step('two', ['touch', '/run/two'], ['one'])], waiting: [] };
        const applied = applyPlan(plan, { run, connection: undefined }, { report, signal: lock.lost });
        await lost;
        await ask('lost');
        const { done, left } = await applied;
        await ask({
          begun: [...done, ...left].length,
          left: left.map(({ id }) => id),
          reason: lock.lost.reason.code,
          refused: await run(['touch', '/run/two']).catch(({ code }) => code),
        });`,
        import.meta.dirname,
      );
      expect(await program.asked()).toBe('lost');
      machine.namespace.run('touch', '/run/go');
      program.answer();
      expect(await program.asked()).toMatchObject({ left: ['two'], reason: 'lock-lost', refused: 'lock-lost' });
      expect(machine.namespace.sh('ls /run/two 2>/dev/null || echo none')).toBe('none\n');
      expect(machine.reachedOther).toBe('');
    });

    test('a configuration that asks for agent, commands, terminal and forwardings gets none of them', async () => {
      machine.wishForAll();
      const program = await machine.program(
        `
        import { accessOverSsh, runner } from '../src/run/index.ts';
        await using access = await accessOverSsh('${machine.url}');
        const { stdout } = await runner(access)(['sh', '-c', 'echo "agent:$SSH_AUTH_SOCK display:$DISPLAY tty:$SSH_TTY"']);
        await ask(stdout);`,
        import.meta.dirname,
      );
      expect(await program.asked()).toBe('agent: display: tty:\n');
      const found = machine.namespace.sh(
        'ls /run/local-command /run/remote-command /run/ssh-2222 2>/dev/null || ss -Hltn "sport = 9999"',
      );
      expect(found).toBe('');
      expect(await program.ended()).toBe('');
    });

    test('when kvmctl is killed, the connection and the lock on the host end with it', async () => {
      const program = await machine.program(
        `
        import { accessOverSsh, lockHost } from '../src/run/index.ts';
        ${killMaster}
        await using access = await accessOverSsh('${machine.url}');
        await using lock = await lockHost(access, 'me');
        await ask({ pid: process.pid, masters: masters().length });`,
        import.meta.dirname,
      );
      const { pid, masters } = await program.asked<{ pid: number; masters: number }>();
      expect(masters).toBe(1);
      await program.kill(pid, machine.namespace);
      await expect
        .poll(() => machine.namespace.sh('pgrep -r R,S,D -ax ssh || true; pgrep -af "[s]shd: root" || true'), {
          timeout: 20_000,
        })
        .toBe('');
      expect(machine.namespace.sh('flock -n /run/kvmctl/lock echo free')).toBe('free\n');
    });

    test('a host that greets for ever, or says nothing, or is not there, is refused with its reason', async () => {
      machine.namespace.write('/root/.profile', '');
      const program = await machine.program(
        `
        import { accessOverSsh } from '../src/run/index.ts';
        const refusal = (url) => accessOverSsh(url).then(() => 'open', ({ code, message }) => code + ' ' + message);
        await ask('ready');
        await ask([await refusal('${machine.url}')]);
        await ask([await refusal('ssh://root@127.0.0.1:4444'), await refusal('ssh://-oProxyCommand=x')]);`,
        import.meta.dirname,
      );
      await program.asked();
      machine.namespace.sh(
        "sed 's,^root:.*,root:x:0:0:root:/root:/run/greets,' /etc/passwd >/run/p; cat /run/p >/etc/passwd",
      );
      machine.namespace.sh("printf '#!/bin/sh\\nyes hello\\n' >/run/greets; chmod 755 /run/greets");
      program.answer();
      expect(await program.asked()).toEqual([
        'unreachable 127.0.0.1 cannot be reached: its shell writes on and on. `ssh -p 2222 root@127.0.0.1 true` must work by itself.',
      ]);
      program.answer();
      const [closed, option] = await program.asked<string[]>();
      expect(closed).toContain('Connection refused');
      expect(option).toBe('unreachable "ssh://-oProxyCommand=x" is no host: write ssh://root@vmhost.');
    });
  },
);
