import { expect, test } from 'vitest';
import { firstOfEach, type Programs, room } from '../../test/rooms.ts';
import { guestProbes } from './guest-probes.ts';
import { judgeProbe, type Probe } from './probe.ts';

const others: Programs = {
  auth: 'nslcd',
  logs: 'journald',
  files: 'systemd',
  mail: 'ssmtp',
  dns: 'systemd-resolved',
  time: 'ntpsec',
};

test('a guest is asked for each service that it uses, names first; a server only what it alone can tell', () => {
  const services = guestProbes(room(firstOfEach), 'web').map(({ service }) => service);
  expect([...new Set(services)]).toEqual(['dns', 'auth', 'logs', 'files', 'mail', 'time']);
  expect(guestProbes(room(firstOfEach), 'common').map(({ claim }) => claim)).toEqual([
    'common has /srv/nfs/home on a file system of its own',
  ]);
  const { files, ...without } = room(firstOfEach);
  expect(guestProbes(without, 'common')).toEqual([]);
});

test('every service that can be refused a stranger has a claim that it does', () => {
  const refusing = guestProbes(room(firstOfEach), 'web').filter(({ expects }) => expects === 'refusal');
  expect(new Set(refusing.map(({ service }) => service)).size).toBe(6);
});

test('what a shell runs is the same for every inventory: names and paths are only its arguments', () => {
  const scripts = (programs: Programs, domain: string, guest: string): string[] =>
    guestProbes({ ...room(programs, [guest]), domain }, guest)
      .flatMap(({ command: [program, option, script = ''] }) => (program === 'sh' && option === '-c' ? [script] : []))
      .sort();
  for (const programs of [firstOfEach, others])
    expect(scripts(programs, 'home.arpa', 'web')).toEqual(scripts(programs, 'example.org', 'another'));
});

const probe: Probe = {
  service: 'dns',
  claim: 'all is well',
  command: ['true'],
  expects: 'success',
  remedy: 'Mend it.',
};
const refusal: Probe = { ...probe, expects: 'refusal', prints: /denied/ };

test.each([
  ['it worked', probe, [0, ''], { verdict: 'good' }],
  ['it failed', probe, [1, 'no such host'], { verdict: 'bad', found: 'no such host', remedy: 'Mend it.' }],
  ['nobody answered', probe, [124, ''], { verdict: 'bad', found: 'nobody answered in time' }],
  ['it printed something else', { ...probe, prints: /10\.0\.0\.1/ }, [0, '10.0.0.2'], { verdict: 'bad' }],
  ['it was refused', refusal, [1, 'access denied'], { verdict: 'good' }],
  ['it was let in', refusal, [0, ''], { verdict: 'bad', found: 'it was not refused' }],
  ['it failed otherwise', refusal, [1, 'no such host'], { verdict: 'unknown' }],
  ['nobody refused it in time', refusal, [124, 'denied'], { verdict: 'unknown' }],
  [
    'a program is missing',
    refusal,
    [127, 'sh: openssl: not found'],
    { remedy: 'On the guest: apt-get install openssl' },
  ],
] as const)('%s', (_what, asked, [exitCode, stderr], finding) => {
  expect(judgeProbe(asked, { exitCode, stdout: '', stderr })).toMatchObject(finding);
});
