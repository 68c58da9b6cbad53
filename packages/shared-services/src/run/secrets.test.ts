import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { firstOfEach, room } from '../../test/rooms.ts';
import { renderServices } from '../render.ts';
import { passwordFits } from './bind-passwords.ts';
import { lockSecretFolder } from './lock-folder.ts';
import { readCertificate } from './read-certificate.ts';
import { machinesRolledOut, recordRollOut } from './roll-outs.ts';
import { type RotationStep, readRotation, rotate } from './rotate.ts';
import { makeSecrets, secretWarnings, withSecrets } from './secrets.ts';

const services = room(firstOfEach);

function temporaryFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'kvm-secrets-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

const newFolder = (): string => join(temporaryFolder(), 'secrets');

/** Every private key of daemons, by its file. */
const keysIn = (folder: string): Map<string, string> =>
  new Map(
    readdirSync(join(folder, 'machines'))
      .filter((name) => name.endsWith('.key'))
      .map((name) => [name, readFileSync(join(folder, 'machines', name), 'utf8')]),
  );

/** Records that machines have all that the folder has for them; all machines when none is named. */
async function rollOut(folder: string, ...machines: readonly string[]): Promise<void> {
  const setups = await withSecrets(renderServices(services), folder);
  await recordRollOut(
    setups.filter(({ machine }) => machines.length === 0 || machines.includes(machine)),
    folder,
  );
}

/** Makes the folder's first authority, as openssl does, which ends when it is told. */
function makeAuthorityUntil(folder: string, start: string, end: string): void {
  const own = join(folder, 'authorities/1');
  mkdirSync(own, { recursive: true, mode: 0o700 });
  for (const path of [folder, join(folder, 'authorities')]) chmodSync(path, 0o700);
  const openssl = (...words: string[]): void => {
    execFileSync('openssl', words, { cwd: own, stdio: 'ignore' });
  };
  openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', 'ca.key');
  const section =
    '[ca]\ndefault_ca=d\n[d]\ndatabase=index\nserial=serial\nnew_certs_dir=.\ndefault_md=sha256\npolicy=p\n';
  writeFileSync(join(own, 'cnf'), `${section}[p]\ncommonName=supplied\n[x]\nbasicConstraints=critical,CA:TRUE\n`);
  writeFileSync(join(own, 'index'), '');
  writeFileSync(join(own, 'serial'), '01\n');
  openssl('req', '-new', '-key', 'ca.key', '-subj', '/CN=Short', '-out', 'csr');
  const sign = ['ca', '-batch', '-config', 'cnf', '-selfsign', '-keyfile', 'ca.key', '-in', 'csr', '-extensions', 'x'];
  openssl(...sign, '-out', 'ca.crt', '-notext', '-startdate', start, '-enddate', end);
}

const moment = (days: number): string =>
  new Date(Date.now() + days * 86_400_000).toISOString().replace(/[-:T]|\.\d+/g, '');

test('every daemon of a machine has a key of its own, which stays as long as it is good', async () => {
  const folder = newFolder();
  await makeSecrets(services, { folder });
  const keys = keysIn(folder);
  expect([...keys.keys()].sort()).toEqual(
    ['common.chrony', 'common.postfix', 'common.slapd', 'common.syslog-ng', 'db.syslog-ng', 'web.syslog-ng'].map(
      (name) => `${name}.key`,
    ),
  );
  expect(new Set(keys.values()).size).toBe(keys.size);
  await makeSecrets(services, { folder });
  expect(keysIn(folder)).toEqual(keys);
});

test('a change of authorities changes every key: what was stolen before is worth nothing after', async () => {
  const folder = newFolder();
  await makeSecrets(services, { folder });
  const before = keysIn(folder);
  await rotate(services, 'begin', { folder });
  await rollOut(folder);
  await rotate(services, { canary: 'web' }, { folder });
  const canary = keysIn(folder);
  expect([...canary].filter(([name, key]) => before.get(name) !== key).map(([name]) => name)).toEqual([
    'web.syslog-ng.key',
  ]);
  await rollOut(folder);
  await rotate(services, 'all', { folder });
  await rollOut(folder);
  await rotate(services, 'finish', { folder });
  await makeSecrets(services, { folder });
  const after = keysIn(folder);
  expect([...after.keys()]).toEqual([...before.keys()]);
  for (const [name, key] of after) expect(before.get(name)).not.toBe(key);
});

test('no step is taken before all machines have what the last one made; a step that changes nothing is', async () => {
  const folder = newFolder();
  await makeSecrets(services, { folder });
  await rollOut(folder);
  const take = (step: RotationStep, isRolledOut = false) =>
    rotate(services, step, { folder, isRolledOut }).then(
      ({ stage, behind }) => [stage, ...behind],
      ({ code, message }) => `${code}: ${message.split(':')[0]}`,
    );
  expect(await take('begin')).toEqual(['begun', 'common', 'web', 'db']);
  expect(await take('begin')).toEqual(['begun', 'common', 'web', 'db']);
  await rollOut(folder, 'common', 'db');
  expect(await take({ canary: 'db' })).toBe('not-rolled-out: web');
  expect(await take('all')).toBe('not-rolled-out: web');
  await rollOut(folder, 'web');
  expect(await take('all')).toEqual(['all', 'common', 'web', 'db']);
  expect(await take('all')).toEqual(['all', 'common', 'web', 'db']);
  expect(await take('finish')).toBe('not-rolled-out: common, web, db');
  // Somebody has rolled out by other means.
  expect(await take('finish', true)).toEqual(['none', 'common', 'web', 'db']);
  expect(await readRotation(services, { folder })).toMatchObject({ stage: 'none', behind: ['common', 'web', 'db'] });
});

test('whether a folder was new is told, and which machines were given something', async () => {
  const folder = newFolder();
  expect(await makeSecrets(services, { folder })).toEqual({ isNew: true });
  expect(await makeSecrets(services, { folder })).toEqual({ isNew: false });
  await rollOut(folder);
  expect(await machinesRolledOut(folder)).toEqual(['common', 'db', 'web']);
  const [setup] = await withSecrets(renderServices(services), folder);
  if (setup) await recordRollOut([{ ...setup, files: [] }], folder);
  await makeSecrets(room(firstOfEach, ['web']), { folder });
  expect(await machinesRolledOut(folder)).toEqual(['web']);
});

test("what was a removed guest's is gone, and does not come back with the name", async () => {
  const folder = newFolder();
  await makeSecrets(services, { folder });
  const [key, password] = ['machines/web.syslog-ng.key', 'bind/web'].map((name) => join(folder, name)) as [
    string,
    string,
  ];
  const before = [key, password].map((path) => readFileSync(path, 'utf8'));
  await makeSecrets(room(firstOfEach, ['db']), { folder });
  const left = ['machines', 'bind'].flatMap((name) => readdirSync(join(folder, name)));
  expect(left.filter((name) => name.startsWith('web'))).toEqual([]);
  expect(left.filter((name) => name.startsWith('db'))).not.toEqual([]);
  await makeSecrets(services, { folder });
  expect([key, password].map((path) => readFileSync(path, 'utf8')).filter((text) => before.includes(text))).toEqual([]);
});

test('runs at once on a new folder leave passwords and hashes, keys and certificates that fit', async () => {
  const folder = newFolder();
  await Promise.all(Array.from({ length: 4 }, () => makeSecrets(services, { folder })));
  const fits = (name: string): boolean =>
    passwordFits(
      readFileSync(join(folder, 'bind', name), 'utf8'),
      readFileSync(join(folder, 'bind', `${name}.hash`), 'utf8'),
    );
  expect(['web', 'db'].map(fits)).toEqual([true, true]);
  const authority = readFileSync(join(folder, 'authorities/1/ca.crt'), 'utf8');
  expect(readdirSync(join(folder, 'authorities'))).toEqual(['1']);
  for (const [name, key] of keysIn(folder)) {
    const certificate = readFileSync(join(folder, 'machines', name.replace(/key$/, 'crt')), 'utf8');
    const facts = readCertificate(certificate, authority);
    expect([facts?.trusted, facts?.fits(key)]).toEqual([true, true]);
  }
});

test("a folder is one run's at a time", async () => {
  const folder = newFolder();
  await makeSecrets(services, { folder });
  const order: string[] = [];
  const first = await lockSecretFolder(folder);
  const second = lockSecretFolder(folder).then((lock) => {
    order.push('second');
    return lock;
  });
  // As long as it takes another program to have the lock, were it free.
  execFileSync('sh', ['-c', 'flock --nonblock "$0" true && exit 1; sleep 0.2', join(folder, 'lock')]);
  order.push('first ends');
  await first[Symbol.asyncDispose]();
  await (await second)[Symbol.asyncDispose]();
  expect(order).toEqual(['first ends', 'second']);
});

test('a hash that is not of its password is made anew', async () => {
  const folder = newFolder();
  await makeSecrets(services, { folder });
  const [web, db] = ['web', 'db'].map((name) => join(folder, 'bind', `${name}.hash`)) as [string, string];
  writeFileSync(web, readFileSync(db));
  await makeSecrets(services, { folder });
  expect(passwordFits(readFileSync(join(folder, 'bind/web'), 'utf8'), readFileSync(web, 'utf8'))).toBe(true);
  expect(passwordFits('x', readFileSync(web, 'utf8'))).toBe(false);
});

test('no certificate lasts longer than its authority, whose end is said before', async () => {
  const folder = newFolder();
  makeAuthorityUntil(folder, moment(-10), moment(20));
  await makeSecrets(services, { folder });
  const certificate = () => readFileSync(join(folder, 'machines/web.syslog-ng.crt'), 'utf8');
  const end = (text: string): number => Date.parse(new X509Certificate(text).validTo);
  const authority = readFileSync(join(folder, 'authorities/1/ca.crt'), 'utf8');
  const made = certificate();
  expect(end(made)).toBeLessThanOrEqual(end(authority));
  expect(end(made)).toBeGreaterThan(Date.now() + 18 * 86_400_000);
  await makeSecrets(services, { folder });
  expect(certificate()).toBe(made); // a shorter one each time would help nobody
  expect(await secretWarnings({ folder })).toEqual([
    expect.stringMatching(/ends on .*\(in (19|20) days\).*rotate begin/),
  ]);
  const other = newFolder();
  await makeSecrets(services, { folder: other });
  expect(await secretWarnings({ folder: other })).toEqual([]);
});

test('an authority that has ended signs nothing; the next one takes its place', async () => {
  const folder = newFolder();
  makeAuthorityUntil(folder, moment(-20), moment(-10));
  await expect(makeSecrets(services, { folder })).rejects.toMatchObject({
    code: 'bad-secrets',
    message: expect.stringContaining('rotate begin'),
  });
  await rotate(services, 'begin', { folder });
  await makeSecrets(services, { folder });
  const newest = readFileSync(join(folder, 'authorities/2/ca.crt'), 'utf8');
  const own = readFileSync(join(folder, 'machines/web.syslog-ng.crt'), 'utf8');
  expect(readCertificate(own, newest)).toMatchObject({ trusted: true, current: true });
});

test('what an authority has signed is worth nothing after its end, however long it is valid itself', () => {
  const folder = newFolder();
  makeAuthorityUntil(folder, moment(-20), moment(20));
  const own = join(folder, 'authorities/1');
  const authority = readFileSync(join(own, 'ca.crt'), 'utf8');
  const words = [
    'req',
    '-x509',
    '-key',
    'ca.key',
    '-CA',
    'ca.crt',
    '-CAkey',
    'ca.key',
    '-subj',
    '/CN=web',
    '-days',
    '99',
  ];
  const certificate = execFileSync('openssl', words, { cwd: own, encoding: 'utf8' });
  const after = Date.now() + 21 * 86_400_000;
  expect(readCertificate(certificate, authority)).toMatchObject({ trusted: true, current: true });
  expect(readCertificate(certificate, authority, after)).toMatchObject({ trusted: true, current: false });
  expect(readCertificate(authority, authority, after)?.daysLeft).toBeCloseTo(-1, 1);
});

const refusal = (words: string) => ({ code: 'bad-secrets', message: expect.stringContaining(words) });

test('a symbolic link is no folder of secrets, nor is one in it followed', async () => {
  const folder = newFolder();
  await makeSecrets(services, { folder });
  const link = join(temporaryFolder(), 'link');
  symlinkSync(folder, link);
  for (const work of [
    () => makeSecrets(services, { folder: link }),
    () => withSecrets(renderServices(services), link),
    () => rotate(services, 'begin', { folder: link }),
    () => secretWarnings({ folder: link }),
  ])
    await expect(work()).rejects.toMatchObject(refusal('symbolic link'));
  for (const part of ['machines', 'bind']) {
    renameSync(join(folder, part), join(folder, `${part}.away`));
    symlinkSync(`${part}.away`, join(folder, part));
    await expect(makeSecrets(services, { folder })).rejects.toMatchObject(refusal(join(folder, part)));
    rmSync(join(folder, part));
    renameSync(join(folder, `${part}.away`), join(folder, part));
  }
  const key = join(folder, 'machines/web.syslog-ng.key');
  renameSync(key, join(folder, 'elsewhere'));
  symlinkSync(join(folder, 'elsewhere'), key);
  await expect(withSecrets(renderServices(services), folder)).rejects.toMatchObject(refusal(key));
});

test('a folder that others may put another in the place of is refused, by its name and with what to do', async () => {
  const above = temporaryFolder();
  const folder = join(above, 'secrets');
  chmodSync(above, 0o777);
  await expect(makeSecrets(services, { folder })).rejects.toMatchObject(refusal(`chmod go-w ${above}`));
  chmodSync(above, 0o1777);
  await makeSecrets(services, { folder });
  chmodSync(above, 0o775);
  await expect(withSecrets(renderServices(services), folder)).rejects.toMatchObject(refusal(`chmod go-w ${above}`));
});

test.skipIf(process.getuid?.() !== 0)("another user's link or folder on the way is not followed", async () => {
  const [above, other] = [temporaryFolder(), temporaryFolder()];
  chmodSync(above, 0o1777);
  mkdirSync(join(other, 'rooms'), { mode: 0o700 });
  symlinkSync(join(other, 'rooms'), join(above, 'mine'));
  const folder = join(above, 'mine/secrets');
  await makeSecrets(services, { folder }); // root's own link
  execFileSync('chown', ['-h', '65534', join(above, 'mine')]);
  await expect(withSecrets(renderServices(services), folder)).rejects.toMatchObject(refusal(join(above, 'mine')));
  rmSync(join(above, 'mine'));
  mkdirSync(join(above, 'mine'));
  chownSync(join(above, 'mine'), 65_534, 65_534);
  await expect(makeSecrets(services, { folder })).rejects.toMatchObject(refusal('belongs to another user'));
});
