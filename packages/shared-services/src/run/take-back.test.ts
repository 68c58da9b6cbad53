import { chmodSync, lstatSync, rmSync, symlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MachineFolder } from '../../test/machine-folder.ts';
import { firstOfEach, room } from '../../test/rooms.ts';
import { type Handler, type MachineSetup, renderServices, type ServiceFile } from '../index.ts';
import { compareSetup, isDue } from './compare-setup.ts';
import { putSetup } from './put-setup.ts';

const handler = (reads: readonly string[], own: Partial<Handler> = {}): Handler => ({
  ...{ commands: [], units: [], started: [], own: [] },
  reads,
  ...own,
});

const file = (machine: MachineFolder, path: string, content: string): ServiceFile => ({
  path,
  mode: 0o644,
  owner: machine.owner,
  group: machine.group,
  content,
});

/** A server of names and of mail, which also says something to the machine's own log daemon. */
function setupOf(machine: MachineFolder, texts: Record<string, string>): MachineSetup {
  const handlers = {
    '/etc/dns': handler(['/etc/dns'], { units: ['dns.service'] }),
    '/etc/mail': handler(['/etc/mail', '/etc/aliases'], { units: ['mail.service'], undo: ['undo-mail'] }),
    '/etc/log.d/kvm': handler(['/etc/log.d/kvm'], { units: ['log.service'], own: ['log.service'] }),
    '/etc/systemd/system/srv.mount': handler(['/etc/systemd/system/srv.mount'], { started: ['srv.mount'] }),
  };
  return {
    machine: 'common',
    system: 'debian',
    packages: [],
    files: Object.entries(texts).map(([path, text]) => file(machine, path, text)),
    handlers: Object.entries(handlers).flatMap(([path, each]) => (path in texts ? [each] : [])),
  };
}

async function apply(machine: MachineFolder, texts: Record<string, string>) {
  machine.told.length = 0;
  const setup = setupOf(machine, texts);
  const difference = await compareSetup(setup, machine.run);
  const outcome = await putSetup(setup, difference, machine.run);
  expect(isDue(await compareSetup(setup, machine.run))).toBe(false);
  return { difference, outcome, told: [...machine.told] };
}

const all = { '/etc/dns': 'd\n', '/etc/mail': 'm\n', '/etc/aliases': 'a\n' };

test('only what reads a changed file is restarted', async () => {
  using machine = new MachineFolder();
  expect((await apply(machine, all)).outcome.restarted).toEqual(['dns.service', 'mail.service']);
  const { told, outcome } = await apply(machine, { ...all, '/etc/aliases': 'b\n' });
  expect(outcome).toEqual({ restarted: ['mail.service'], toRestart: [], copies: [] });
  expect(told).toEqual(['systemctl enable mail.service', 'systemctl restart mail.service']);
  expect((await apply(machine, { ...all, '/etc/aliases': 'b\n' })).told).toEqual([]);
});

test('copies of what was there are for root alone, and keep nobody from the keys beside them', async () => {
  using machine = new MachineFolder();
  machine.put('/etc/mail', 'as the package brought it\n');
  await apply(machine, all);
  const mode = (path: string): string => (lstatSync(machine.root + path).mode & 0o777).toString(8);
  expect(mode('/etc/kvm')).toBe('755');
  expect(mode('/etc/kvm/replaced')).toBe('700');
});

test('what leaves is stopped and its files are removed; what was there before comes back', async () => {
  using machine = new MachineFolder();
  machine.put('/etc/mail', 'as the package brought it\n');
  await apply(machine, all);
  const { difference, told } = await apply(machine, { '/etc/dns': 'd\n' });
  expect(difference.left).toEqual({
    files: [
      { path: '/etc/mail', byHand: false, before: '/etc/kvm/replaced/etc/mail.1' },
      { path: '/etc/aliases', byHand: false },
    ],
    units: [{ unit: 'mail.service', how: 'stop' }],
    undo: [['undo-mail']],
  });
  expect(told).toEqual(['undo-mail', 'stop mail.service']);
  expect(machine.read('/etc/mail')).toBe('as the package brought it\n');
  expect(machine.read('/etc/aliases')).toBeUndefined();
  await apply(machine, {});
  expect(machine.read('/etc/dns')).toBeUndefined();
  expect((await apply(machine, {})).told).toEqual([]);
});

test("a program that is the machine's own is restarted without our files; a mount is let go of by the server first", async () => {
  using machine = new MachineFolder();
  await apply(machine, { '/etc/log.d/kvm': 'l\n', '/etc/systemd/system/srv.mount': 's\n' });
  expect((await apply(machine, {})).told).toEqual([
    'exportfs -ra',
    'stop srv.mount',
    'systemctl daemon-reload',
    'release log.service',
  ]);
});

test('what somebody has changed by hand is shown and kept as a copy, whether it stays or leaves', async () => {
  using machine = new MachineFolder();
  await apply(machine, all);
  machine.put('/etc/mail', 'm\nmine\n');
  const stays = await apply(machine, all);
  expect(stays.difference.files).toMatchObject([
    { file: { path: '/etc/mail' }, found: ['was changed by hand'], byHand: { before: 'm\nmine\n', after: 'm\n' } },
  ]);
  expect(stays.outcome.copies).toEqual(['/etc/kvm/replaced/etc/mail.1']);
  machine.put('/etc/mail', 'mine again\n');
  const leaves = await apply(machine, { '/etc/dns': 'd\n' });
  expect(leaves.difference.left.files).toContainEqual({ path: '/etc/mail', byHand: true });
  expect(leaves.outcome.copies).toEqual(['/etc/kvm/replaced/etc/mail.2']);
  expect(machine.read('/etc/mail')).toBeUndefined();
  expect(machine.read('/etc/kvm/replaced/etc/mail.1')).toBe('m\nmine\n');
  expect(machine.read('/etc/kvm/replaced/etc/mail.2')).toBe('mine again\n');
  expect(lstatSync(`${machine.root}/etc/kvm/replaced`).mode & 0o077).toBe(0);
});

test('a link that somebody has made is kept as a link, and put back', async () => {
  using machine = new MachineFolder();
  machine.put('/etc/elsewhere', 'x\n');
  symlinkSync('elsewhere', `${machine.root}/etc/dns`);
  const { difference } = await apply(machine, { '/etc/dns': 'd\n' });
  expect(difference.files[0]?.found).toEqual(['is not listed as ours: a link to elsewhere']);
  expect(machine.read('/etc/elsewhere')).toBe('x\n');
  await apply(machine, {});
  expect(lstatSync(`${machine.root}/etc/dns`).isSymbolicLink()).toBe(true);
});

test('killed at any step, nothing of ours is forgotten, and what was there before comes back all the same', {
  timeout: 300_000,
}, async () => {
  for (let last = 0; ; last += 1) {
    using machine = new MachineFolder();
    machine.put('/etc/mail', 'as the package brought it\n');
    await apply(machine, { ...all, '/etc/log.d/kvm': 'old\n' });
    const run = machine.run;
    let steps = 0;
    const setup = setupOf(machine, { '/etc/log.d/kvm': 'new\n' });
    const died = await putSetup(setup, await compareSetup(setup, run), async (...words) => {
      if (steps++ === last) throw new Error('killed');
      return await run(...words);
    }).then(
      () => false,
      () => true,
    );
    await apply(machine, {});
    const left = ['/etc/dns', '/etc/aliases', '/etc/log.d/kvm', '/etc/kvm/services-unfinished'];
    expect([last, ...left.map((path) => machine.read(path))]).toEqual([last, ...left.map(() => undefined)]);
    expect(machine.read('/etc/mail')).toBe('as the package brought it\n');
    if (!died) return;
  }
});

test('what an apply that was killed has put is known, also when the next one is killed before it takes it back', async () => {
  using machine = new MachineFolder();
  await apply(machine, all);
  const killedAt = async (place: string, texts: Record<string, string>): Promise<void> => {
    const setup = setupOf(machine, texts);
    const dying: MachineFolder['run'] = async (command, ...more) => {
      if (command[3] === place) throw new Error('killed');
      return await machine.run(command, ...more);
    };
    const difference = await compareSetup(setup, machine.run);
    await expect(putSetup(setup, difference, dying)).rejects.toThrow('killed');
  };
  await killedAt('/etc/kvm/services-manifest', { ...all, '/etc/log.d/kvm': 'l\n' });
  await killedAt('/etc/log.d/kvm', all);
  expect(machine.read('/etc/log.d/kvm')).toBe('l\n');
  await apply(machine, all);
  expect(machine.read('/etc/log.d/kvm')).toBeUndefined();
});

test('files that are there without a list are listed, and nobody is told', async () => {
  using machine = new MachineFolder();
  await apply(machine, all);
  rmSync(`${machine.root}/etc/kvm/services-manifest`);
  const { difference, told } = await apply(machine, all);
  expect(difference).toMatchObject({ files: [], isListed: false });
  expect(told).toEqual([]);
  await apply(machine, {});
  expect(machine.read('/etc/mail')).toBeUndefined();
});

test.each([
  ['not even JSON', 'it is no JSON'],
  ['{"version":2}', 'it is of another version'],
  ['{"version":1,"files":{"/etc/../root/.ssh/x":{"sums":[]}},"units":{},"undo":[]}', 'none of ours'],
  ['{"version":1,"files":{},"units":{"-x":"stop"},"undo":[]}', 'none of ours'],
  ['{"version":1,"files":{},"units":{},"undo":[["a\\u001b[2J"]]}', 'none of ours'],
])('a list that is none, %s, is refused, and nothing is taken back by it', async (text, why) => {
  using machine = new MachineFolder();
  machine.put('/etc/kvm/services-manifest', text);
  await expect(compareSetup(setupOf(machine, all), machine.run)).rejects.toThrow(why);
});

test('a change by hand is shown without secrets, and not at all where nobody can tell what is one', async () => {
  using machine = new MachineFolder();
  const secret = (path: string, withSlots: string): ServiceFile => ({
    ...file(machine, path, withSlots.replace('@secret:x@', 'our own')),
    mode: 0o600,
    withSlots,
  });
  const setup: MachineSetup = {
    ...{ machine: 'web', system: 'debian', packages: [], handlers: [] },
    files: [secret('/etc/a', 'user = web\nauthtok = @secret:x@\nend\n'), secret('/etc/b', '@secret:x@')],
  };
  machine.put('/etc/a', 'user = me\nauthtok=their own\n  goes on\nold_password = older\nend\n');
  machine.put('/etc/b', 'their own');
  machine.put('/etc/c', 'private');
  chmodSync(`${machine.root}/etc/c`, 0o600);
  const files = [...setup.files, file(machine, '/etc/c', 'public')];
  const difference = await compareSetup({ ...setup, files }, machine.run);
  expect(difference.files.map(({ byHand }) => byHand)).toEqual([
    {
      before: 'user = me\nauthtok (not shown)\n (not shown)\nold_password (not shown)\nend\n',
      after: 'user = web\nauthtok (not shown)\nend\n',
    },
    { why: 'it is not for everybody' },
    { why: 'it is not for everybody' },
  ]);
});

test('rights that a program gives its own file at each start are no change by hand', async () => {
  using machine = new MachineFolder();
  const [mine] = renderServices(room(firstOfEach, ['web']))
    .flatMap(({ files }) => files)
    .filter(({ path }) => path === '/etc/sssd/sssd.conf');
  if (mine === undefined) throw new Error('no sssd');
  const rights = { owner: machine.owner, group: machine.group };
  const alsoRights = mine.alsoRights?.map((each) => ({ ...each, ...rights }));
  const setup: MachineSetup = {
    ...setupOf(machine, {}),
    files: [{ ...mine, ...rights, ...(alsoRights && { alsoRights }) }],
  };
  await putSetup(setup, await compareSetup(setup, machine.run), machine.run);
  // What sssd 2.10's unit does; version 2.8 starts with 0600 only.
  for (const [mode, due] of [
    [0o600, false],
    [0o640, false],
    [0o644, true],
  ] as const) {
    chmodSync(`${machine.root}/etc/sssd/sssd.conf`, mode);
    expect([mode, isDue(await compareSetup(setup, machine.run))]).toEqual([mode, due]);
  }
});

test('what a check finds is told of, and put right by its own handler alone', async () => {
  using machine = new MachineFolder();
  const setup: MachineSetup = {
    ...setupOf(machine, { '/etc/dns': 'd\n', '/etc/mail': 'm\n' }),
    handlers: [
      handler(['/etc/dns'], { commands: [['load']], check: ['changes'] }),
      handler(['/etc/mail'], { units: ['mail.service'] }),
    ],
  };
  await putSetup(setup, await compareSetup(setup, machine.run), machine.run);
  machine.answers.set('changes', 'cn=config: somebody has added cn=mine\n');
  const difference = await compareSetup(setup, machine.run);
  expect([isDue(difference), difference.changes.map(({ found }) => found)]).toEqual([
    true,
    ['cn=config: somebody has added cn=mine'],
  ]);
  machine.told.length = 0;
  await putSetup(setup, difference, machine.run);
  expect(machine.told).toEqual(['load']);
});
