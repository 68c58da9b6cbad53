import { once } from 'node:events';
import { Namespace } from '@kvm/ci/namespace';
import { needs } from '@kvm/ci/needs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { HostAccess } from '../src/run/index.ts';
import { lockHost, runner } from '../src/run/index.ts';

const log = '/var/log/kvmctl.jsonl';

describe.skipIf(needs('root', 'unshare', 'nsenter', 'flock', 'setpriv'))('the lock on a host', () => {
  let host: Namespace;
  let access: HostAccess;
  beforeEach(async () => {
    host = await Namespace.open();
    host.run('mount', '-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', '/var/log');
    host.run('chmod', '755', '/run');
    access = {
      name: 'host',
      command: (argv) => host.inside(argv),
      connect: () => Promise.reject(new Error('no libvirtd')),
    };
  });
  afterEach(() => host?.close());

  /** What somebody who is not root can do. */
  const asNobody = (script: string) =>
    host.attempt('setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', 'sh', '-c', script);

  const refusalOf = (who = 'me@here') =>
    lockHost(access, who).then(
      async (lock) => {
        await lock[Symbol.asyncDispose]();
        return undefined;
      },
      ({ code, message }) => `${code}: ${message}`,
    );

  test('one has it at a time; another is told who, since when and by which process, until it is released', async () => {
    const since = new Date().toISOString().slice(0, 10);
    const first = await lockHost(access, 'alice\t@desk');
    const refused = await refusalOf();
    expect(refused).toMatch(
      new RegExp(
        `^locked: another apply is under way on host by alice @desk since ${since}T[\\d:.]+Z, process (\\d+) there\\.`,
      ),
    );
    const [, pid = ''] = /process (\d+)/.exec(refused ?? '') ?? [];
    expect(host.run('cat', `/proc/${pid}/cmdline`)).toContain('alice');
    await first[Symbol.asyncDispose]();
    expect(await refusalOf()).toBeUndefined();
  });

  test('who had it before, or has that number now, is not called its holder', async () => {
    await (await lockHost(access, 'an innocent'))[Symbol.asyncDispose]();
    // Somebody who holds it and has not said who it is, beside a line of another whose number is this process's.
    host.sh(`sed -i 's/^[0-9]*/1/' /run/kvmctl/holder
      exec 9>>/run/kvmctl/lock; flock 9; setsid -f sleep 1000 >/dev/null 2>&1`);
    expect(await refusalOf()).toBe('locked: another apply is under way on host. Wait until it has ended.');
  });

  test('the log holds no character that a terminal acts on, whatever an error says', async () => {
    await using lock = await lockHost(access, 'me\u202e');
    lock.log({ event: 'step', error: 'a\u009b2J\nb\x1b[0m' });
    await expect
      .poll(() => host.run('cat', log))
      .toMatch(/"user":"me\\u202e".*"error":"a\\u009b2J\\nb\\u001b\[0m"\}\n$/);
    expect(host.run('cat', '/run/kvmctl/holder')).not.toMatch(/\u202e/);
  });

  test('nobody but root can take it, read who has it, or read the log', async () => {
    await using lock = await lockHost(access, 'me');
    lock.log({ event: 'secret' });
    await expect.poll(() => host.run('cat', log)).toContain('secret');
    for (const attempt of [
      'flock -n /run/kvmctl/lock true',
      'flock -n /run/kvmctl true',
      'cat /run/kvmctl/holder',
      'ls /run/kvmctl',
      `cat ${log}`,
      `echo >>${log}`,
    ])
      expect(asNobody(attempt).status, attempt).not.toBe(0);
    expect(host.run('stat', '-c', '%a %u', '/run/kvmctl', '/run/kvmctl/lock', log)).toBe('700 0\n600 0\n600 0\n');
  });

  test.each([
    ['a link to a folder', 'mkdir -m 700 /run/theirs; ln -s /run/theirs /run/kvmctl', '/run/kvmctl is no folder'],
    ['a file', 'touch /run/kvmctl', '/run/kvmctl is no folder'],
    ["somebody else's folder", 'mkdir /run/kvmctl; chown nobody /run/kvmctl', '/run/kvmctl belongs to somebody else'],
    ['a log that is a link', `echo kept >/run/target; ln -s /run/target ${log}`, `${log} is no file`],
    ['a log that is a link to nothing', `ln -s /run/target ${log}`, `${log} is no file`],
    ['a log that is a pipe', `mkfifo ${log}`, `${log} is no file`],
    ["somebody else's log", `touch ${log}; chown nobody ${log}`, `${log} belongs to somebody else`],
    [
      'a log with a second name',
      `echo kept >/var/log/x; ln /var/log/x ${log}`,
      `${log} belongs to somebody else, or has a second name`,
    ],
  ])('%s is refused, and nothing is written there', async (_, trap, reason) => {
    host.sh(trap);
    expect(await refusalOf()).toContain(`unreachable: host cannot be locked: ${reason}`);
    expect(
      host.sh('{ ls /run/theirs /run/target; } 2>/dev/null || true; cat /run/target /var/log/x 2>/dev/null || true'),
    ).not.toMatch(/lock|holder|event/);
  });

  test('what it was given before is made root’s alone', async () => {
    host.sh(`mkdir -m 755 /run/kvmctl; echo >/run/kvmctl/lock; echo >${log}; chmod 666 /run/kvmctl/lock ${log}`);
    expect(await refusalOf()).toBeUndefined();
    expect(host.run('stat', '-c', '%a', '/run/kvmctl', log)).toBe('700\n600\n');
  });

  test('once its process is killed, the lock is lost, nothing more is run, and another can take it', async () => {
    await using lock = await lockHost(access, 'me');
    const lost = once(lock.lost, 'abort');
    host.sh('kill -KILL "$(cut -f1 /run/kvmctl/holder)"');
    await lost;
    const run = lock.guard(runner(access));
    await expect(run(['touch', '/run/more'])).rejects.toMatchObject({ code: 'lock-lost' });
    expect(host.sh('ls /run/more 2>/dev/null || echo none')).toBe('none\n');
    await expect.poll(() => refusalOf()).toBeUndefined();
  });

  test('a full disk does not end the lock', async () => {
    host.run('mount', '-t', 'tmpfs', '-o', 'size=4k', 'tmpfs', '/var/log');
    await using lock = await lockHost(access, 'me');
    for (let line = 0; line < 100; line++) lock.log({ text: 'x'.repeat(200) });
    expect((await lock.guard(runner(access))(['echo', 'on'])).stdout).toBe('on\n');
    expect(await refusalOf()).toMatch(/^locked: /);
    expect(lock.lost.aborted).toBe(false);
  });
});
