import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { firstOfEach, room } from '../../test/rooms.ts';
import { renderServices } from '../render.ts';

/** A machine's /etc in a folder, with one of its rendered scripts, which takes that folder for /etc. */
function machine(path: string) {
  const folder = mkdtempSync(join(tmpdir(), 'kvm-names-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const etc = join(folder, 'etc');
  mkdirSync(join(etc, 'kvm/names'), { recursive: true });
  const { files = [] } =
    renderServices(room({ ...firstOfEach, dns: 'systemd-resolved' }, ['web'])).find((each) => each.machine === 'web') ??
    {};
  for (const file of files.filter((each) => each.path.startsWith('/etc/kvm/names/')))
    writeFileSync(join(folder, file.path), file.content.replaceAll('/etc/', `${etc}/`), { mode: file.mode });
  const run = (...words: string[]) => execFileSync(join(folder, path), words, { encoding: 'utf8' });
  return { run, at: (name: string) => join(etc, name), read: (name: string) => readFileSync(join(etc, name), 'utf8') };
}

const part = `# BEGIN kvmctl: servers of the shared services
172.16.60.1 common.home.arpa common
# END kvmctl
`;

test('the names of servers are a part of /etc/hosts, and what others wrote there stays', () => {
  const { run, at, read } = machine('/etc/kvm/names/put');
  writeFileSync(at('hosts'), '127.0.0.1 localhost', { mode: 0o640 });
  expect(run('check')).toMatch(/^.*hosts: somebody has changed or removed kvmctl's part\n$/);
  run();
  expect(read('hosts')).toBe(`127.0.0.1 localhost\n${part}`);
  expect(lstatSync(at('hosts')).mode & 0o777).toBe(0o640);
  writeFileSync(at('hosts'), `${read('hosts')}10.1.1.1 mine\n`);
  expect([run('check'), run()]).toEqual(['', '']);
  expect(read('hosts')).toBe(`127.0.0.1 localhost\n${part}10.1.1.1 mine\n`);
  writeFileSync(at('hosts'), read('hosts').replace('172.16.60.1', '172.16.60.9'));
  expect(run('check')).not.toBe('');
  run();
  expect(read('hosts')).toBe(`127.0.0.1 localhost\n10.1.1.1 mine\n${part}`);
  // Without the last line of the part, nobody knows what is ours: nothing is taken away.
  writeFileSync(at('hosts'), read('hosts').replace('# END kvmctl\n', '10.1.1.2 more\n'));
  run();
  expect(read('hosts')).toBe(
    `127.0.0.1 localhost\n10.1.1.1 mine\n172.16.60.1 common.home.arpa common\n10.1.1.2 more\n${part}`,
  );
  run('remove');
  expect(read('hosts')).not.toContain('kvmctl');
  expect(read('hosts')).toContain('10.1.1.2 more\n');
});

test('a resolv.conf that systemd-resolved takes the place of is kept, and comes back', () => {
  const { run, at, read } = machine('/etc/kvm/names/use-stub');
  const stub = '../run/systemd/resolve/stub-resolv.conf';
  writeFileSync(at('resolv.conf'), 'nameserver 10.9.9.9\n');
  expect(run('check')).toContain('led it away');
  run();
  expect([run('check'), readlinkSync(at('resolv.conf'))]).toEqual(['', stub]);
  expect(read(`kvm/replaced${at('resolv.conf.1')}`)).toBe('nameserver 10.9.9.9\n');
  rmSync(at('resolv.conf'));
  writeFileSync(at('resolv.conf'), 'by hand\n');
  run();
  expect(read(`kvm/replaced${at('resolv.conf.2')}`)).toBe('by hand\n');
  run('remove');
  expect(read('resolv.conf')).toBe('nameserver 10.9.9.9\n');
  // What another program has put there since is its own.
  run();
  rmSync(at('resolv.conf'));
  writeFileSync(at('resolv.conf'), 'of another program\n');
  run('remove');
  expect(read('resolv.conf')).toBe('of another program\n');
});
