import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { capturedRun } from '../../test/captured-run.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';

const room = `host: { name: management, address: 192.168.100.1/24 }
guests: { common: { vmid: 60 }, db: { vmid: 61 }, public: { vmid: 65 } }
shared: { server: common, auth: { clients: { db: nslcd } }, logs: false }
policy: [{ from: lan, to: guests, service: ssh }]
`;

const services = (argv: readonly string[], stdin = room) => capturedRun(['-i', '-', 'services', ...argv], { stdin });

test('show: who serves what to whom, and what the firewall opens for it', async () => {
  const { exitCode, stdout } = await services(['show']);
  expect(exitCode).toBe(0);
  expect(stdout).toBe(`\
SERVICE  SERVER  GUESTS                   OPENS
auth     common  nslcd: db; sssd: public  ldap
files    common  autofs: db, public       nfs4
mail     common  msmtp: db, public        smtp
dns      common  resolv.conf: db, public  dns
time     common  chrony: db, public       ntp tcp/4460
`);
  const json = JSON.parse((await services(['show', '--json'])).stdout);
  expect(json.dns).toContainEqual({ type: 'CNAME', name: 'ldap.home.arpa', target: 'common.home.arpa' });
});

test('the servers that the server asks, a second server of names, and zones with private addresses', async () => {
  const keys = 'time: { upstreams: [ntp.example.org, { host: time.example.org, nts: true }] }';
  const more = `dns: { replica: db, upstreams: [192.168.100.254], privateZones: [corp.example] }, ${keys}`;
  const { exitCode, stdout, stderr } = await services(['show', '--json'], room.replace('logs: false', more));
  expect([exitCode, stderr]).toEqual([0, '']);
  const json = JSON.parse(stdout);
  expect(json.services).toContainEqual(
    expect.objectContaining({
      upstreams: [
        { host: 'ntp.example.org', nts: false },
        { host: 'time.example.org', nts: true },
      ],
    }),
  );
  expect(json.firewall).toContainEqual(
    expect.objectContaining({ service: 'dns', from: ['public'], to: 'db', services: ['dns'] }),
  );
  const wrong = await services(['show'], room.replace('logs: false', more.replace('replica: db', 'replica: dv')));
  expect(wrong.stderr).toContain('shared.dns.replica: "dv" is no guest or machine.');
});

test('the rows follow in the policy, each with the line that it comes from', async () => {
  const { stdout } = await capturedRun(['-i', '-', 'firewall', 'explain', 'db', 'common', 'ldap'], { stdin: room });
  expect(stdout).toMatch(/accept, by line 3 \(guests -> common: ldap accept\)/);
});

test('an inventory without shared services says how to have some', async () => {
  const none = room.replace(/^shared.*\n/m, '');
  const { exitCode, stderr } = await services(['show'], none);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('`shared: { server: common }`');
  // Nor is a folder of secrets made for nothing.
  const secrets = join(temporaryFolder(), 'secrets');
  expect((await services(['apply', '--secrets', secrets], none)).stderr).toContain('`shared: { server: common }`');
  expect(existsSync(secrets)).toBe(false);
});

test('render, verify, and a change of authorities in stages', async () => {
  const folder = temporaryFolder();
  const [tree, secrets] = [join(folder, 'tree'), join(folder, 'secrets')];
  const render = () => services(['render', '--out', tree, '--secrets', secrets]);
  const first = await render();
  expect(first).toMatchObject({ exitCode: 0, stderr: expect.stringContaining(`${secrets}: a new folder of secrets`) });
  expect(statSync(secrets).mode & 0o777).toBe(0o700);
  const config = join(tree, 'public/root/etc/sssd/sssd.conf');
  expect(statSync(config).mode & 0o777).toBe(0o600);
  expect(readFileSync(config, 'utf8')).toMatch(/^ldap_default_authtok = [\w-]{32}$/m);
  expect((await render()).stderr).toMatch(/ 0 created, 0 changed, /);
  const verify = () => services(['verify', '--tree', tree]);
  expect(await verify()).toMatchObject({ exitCode: 0, stdout: '' });

  const rotate = (...words: string[]) => services(['rotate', ...words, '--secrets', secrets]);
  const trusted = () => readFileSync(join(tree, 'db/root/etc/kvm/tls/ca.crt'), 'utf8').match(/BEGIN/g)?.length;
  expect((await rotate('canary', '--canary', 'common')).stderr).toContain('`begin` comes first');
  await rotate('begin');
  expect((await rotate('finish')).stderr).toContain('`all` comes first');
  // A render is no roll-out, of which only a person knows.
  expect(await rotate('all')).toMatchObject({
    exitCode: 64,
    stderr: expect.stringMatching(/common, db, public: not known to have .*[\s\S]*--yes/),
  });
  for (const [step, authorities] of [
    [['status'], 2],
    [['all', '--yes'], 2],
    [['finish', '--yes'], 1],
  ] as const) {
    expect((await rotate(...step)).exitCode).toBe(0);
    await render();
    expect(trusted()).toBe(authorities);
    expect(await verify()).toMatchObject({ exitCode: 0, stdout: '' });
  }

  // A machine whose key was lost gets another one, and a certificate for it; one that has moved stays where it is.
  const certificate = () => readFileSync(join(secrets, 'machines/common.slapd.crt'), 'utf8');
  await rotate('begin');
  await rotate('canary', '--canary', 'common', '--yes');
  const moved = certificate();
  rmSync(join(secrets, 'machines/common.slapd.key'));
  await render();
  expect(certificate()).not.toBe(moved);
  expect((await rotate('status')).stdout).toMatch(/^new: common$/m);
  expect(await verify()).toMatchObject({ exitCode: 0, stdout: '' });

  writeFileSync(config, readFileSync(config, 'utf8').replace('= demand', '= never'));
  expect(await verify()).toMatchObject({
    exitCode: 1,
    stdout: expect.stringMatching(/^public:\/etc\/sssd\/sssd\.conf: error \(not-encrypted\): /),
  });
  chmodSync(secrets, 0o755);
  expect((await render()).stderr).toContain('chmod 700');
});

test('the rendered tree and the secrets do not lie in each other', async () => {
  const folder = temporaryFolder();
  for (const [out, secrets] of [
    ['a', 'a'],
    ['a', 'a/secrets'],
    ['a/tree/', './a'],
  ] as const) {
    const { exitCode, stderr } = await services([
      'render',
      '--out',
      join(folder, out),
      '--secrets',
      join(folder, secrets),
    ]);
    expect([exitCode, stderr]).toEqual([64, expect.stringContaining('lie in each other')]);
  }
  expect(readdirSync(folder)).toEqual([]);
  expect(
    (await services(['render', '--out', join(folder, 'a'), '--secrets', join(folder, 'a.secrets')])).exitCode,
  ).toBe(0);
});

test("a machine's keys leave the rendered tree with it, and a service's with that; what others put there stays", async () => {
  const folder = temporaryFolder();
  const [tree, secrets] = [join(folder, 'tree'), join(folder, 'secrets')];
  const render = (inventory: string) => services(['render', '--out', tree, '--secrets', secrets], inventory);
  await render(room);
  writeFileSync(join(tree, 'notes'), 'mine');
  writeFileSync(join(tree, 'db/notes'), 'mine');
  const without = room.replace(' db: { vmid: 61 },', '').replace('auth: { clients: { db: nslcd } }', 'auth: false');
  expect((await render(without)).stderr).toMatch(/\d+ of an earlier render removed/);
  const left = readdirSync(tree, { recursive: true, encoding: 'utf8' });
  expect(left.filter((path) => /^db/.test(path))).toEqual(['db', 'db/notes']);
  expect(left.filter((path) => /slapd|sssd|ldap/.test(path))).toEqual([]);
  expect(left).toContain('notes');
  expect(left).toContain('public/root/etc/resolv.conf');
  // A tree from before there was a list.
  rmSync(join(tree, '.kvmctl-rendered'));
  await render(room.replace(/ public: \{ vmid: 65 \}/, ' other: { vmid: 65 }').replace('clients: { db: nslcd }', ''));
  expect(readdirSync(tree).sort()).toEqual(['.kvmctl-rendered', 'common', 'db', 'notes', 'other', 'playbook.yml']);
  expect((await render(room)).stderr).toContain('removed');
});

test('what looks at the machines makes and removes no secret', async () => {
  const folder = temporaryFolder();
  const secrets = join(folder, 'secrets');
  await services(['render', '--out', join(folder, 'tree'), '--secrets', secrets]);
  const names = () => readdirSync(secrets, { recursive: true }).sort();
  const before = names();
  const other = room.replace('db: { vmid: 61 }', 'new: { vmid: 61 }').replace('clients: { db: nslcd }', '');
  // No machine can be reached: each is reported by itself.
  const { exitCode, stdout } = await services(['drift', 'new', '--ssh', '--secrets', secrets], other);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^new: .* has not been made yet/m);
  expect(names()).toEqual(before);
});

test('a folder of secrets is made by who renders, not by who looks; what an interrupted run left in it is swept up', async () => {
  const folder = temporaryFolder();
  const secrets = join(folder, 'secrets');
  for (const words of [['drift'], ['rotate', 'status']]) {
    const { exitCode, stderr } = await services([...words, '--secrets', secrets]);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('`kvmctl services render` makes it')]);
  }
  expect(existsSync(secrets)).toBe(false);
  await services(['render', '--out', join(folder, 'tree'), '--secrets', secrets]);
  const left = join(secrets, 'authorities/1.gone.new');
  mkdirSync(left);
  writeFileSync(join(left, 'ca.key'), '');
  utimesSync(left, 0, 0);
  expect(await services(['rotate', 'status', '--secrets', secrets])).toMatchObject({ exitCode: 0 });
  expect(existsSync(left)).toBe(false);
  expect(await services(['rotate', 'canary', '--secrets', secrets])).toMatchObject({
    exitCode: 64,
    stderr: expect.stringContaining('--canary GUEST'),
  });
});

test('the only guest serves, and nobody mounts anything', async () => {
  const alone = room.replace(/^guests.*$/m, 'guests: { common: { vmid: 60 } }').replace(/auth: [^}]*\} \}, /, '');
  expect(await services(['show'], alone)).toMatchObject({ exitCode: 0 });
});
