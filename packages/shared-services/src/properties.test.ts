import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstOfEach, type Programs, room } from '../test/rooms.ts';
import { checkDeclaration } from './check-declaration.ts';
import { implementations, type SharedServices } from './declaration.ts';
import { ServicesError } from './errors.ts';
import { fillSecrets } from './fill-secrets.ts';
import { renderServices } from './render.ts';

/** What means something to a shell, or to one of the files' formats. */
const hostile = fc.oneof(
  fc.constantFrom(
    ...['a\nb', 'a b', '"', "'", '`id`', '$(id)', '$x', '%u', ';', '#', '..', '/../x', '{', '}', '@secret:ca.crt@'],
    ...['a,b', 'a=b', '|/bin/sh', ':include:/etc/passwd', '\\', '\0', '\u2028', '*', '(rw)', 'a:b', 'é', '-x', ''],
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
);

const good = room(firstOfEach);

/** A declaration in which one value is a stranger's. */
const spoilt: readonly ((value: string) => SharedServices)[] = [
  (domain) => ({ ...good, domain }),
  (name) => ({ ...good, machines: [...good.machines, { name, addresses: ['192.0.2.1'] }] }),
  (address) => ({ ...good, machines: [...good.machines, { name: 'x', addresses: [address] }] }),
  (base) => ({ ...good, ...(good.auth && { auth: { ...good.auth, base } }) }),
  (replica) => ({
    ...good,
    machines: [...good.machines, { name: replica, addresses: ['192.0.2.1'] }],
    ...(good.auth && { auth: { ...good.auth, replica } }),
  }),
  ...(['name', 'path', 'mount', 'disk'] as const).map((key) => (value: string): SharedServices => {
    const each = { name: 'x', path: '/srv/x', mount: '/mnt/y', readOnly: false, [key]: value };
    return { ...good, ...(good.files && { files: { ...good.files, exports: [each] } }) };
  }),
  ...(['name', 'to'] as const).map((key) => (value: string): SharedServices => {
    const alias = { name: 'x', to: 'root', [key]: value };
    return { ...good, ...(good.mail && { mail: { ...good.mail, aliases: [alias] } }) };
  }),
  ...(['host', 'user'] as const).map((key) => (value: string): SharedServices => {
    const upstream = { host: 'smtp.example.org', port: 587, user: 'me', [key]: value };
    return { ...good, ...(good.mail && { mail: { ...good.mail, upstream } }) };
  }),
  (upstream) => ({ ...good, ...(good.dns && { dns: { ...good.dns, upstreams: [upstream] } }) }),
  (zone) => ({ ...good, ...(good.dns && { dns: { ...good.dns, privateZones: [zone] } }) }),
  (replica) => ({ ...good, ...(good.dns && { dns: { ...good.dns, replica } }) }),
  (upstream) => ({ ...good, ...(good.time && { time: { ...good.time, upstreams: [{ host: upstream, nts: true }] } }) }),
];

test('a hostile value is either refused with its place, or stands in the files as one plain word', () => {
  fc.assert(
    fc.property(hostile, fc.constantFrom(...spoilt), (value, spoil) => {
      const services = spoil(value);
      const problems = checkDeclaration(services);
      if (problems.length > 0) {
        expect(() => renderServices(services)).toThrow(ServicesError);
        expect(problems.every(({ path, message, remedy }) => path.length > 0 && message !== '' && remedy !== '')).toBe(
          true,
        );
      } else expect(value).toMatch(/^[A-Za-z0-9_:/][A-Za-z0-9._+@:/=,-]*$/);
    }),
    { numRuns: 500 },
  );
});

const programs: fc.Arbitrary<Programs> = fc.record({
  auth: fc.constantFrom(...implementations.auth),
  logs: fc.constantFrom(...implementations.logs),
  files: fc.constantFrom(...implementations.files),
  mail: fc.constantFrom(...implementations.mail),
  dns: fc.constantFrom(...implementations.dns),
  time: fc.constantFrom(...implementations.time),
});

test('whatever programs are chosen: paths are absolute and unique, slots are those that are named, and texts end', () => {
  fc.assert(
    fc.property(programs, (chosen) => {
      for (const { files } of renderServices(room(chosen))) {
        expect(new Set(files.map(({ path }) => path)).size).toBe(files.length);
        for (const file of files) {
          expect(file.path).toMatch(/^\/etc\/[\w./\\-]+$/);
          const slots = new Set([...file.content.matchAll(/@secret:([^@]+)@/g)].map(([, name]) => name));
          expect([...slots].sort()).toEqual([...(file.secrets ?? [])].sort());
          expect(fillSecrets(file, () => 'x\n').content).toMatch(/\n$/);
        }
      }
    }),
    { numRuns: 40 },
  );
});

test.each([
  ['192.168.100.200', '192.168.100.100', 1],
  ['192.168.9.1', '192.168.10.1', 0],
  ['fd00::1', 'fd00::2', 1],
])('addresses to give away from %s to %s: %i problems', (first, last, problems) => {
  const { dns } = good;
  if (dns === undefined) throw new Error('no names');
  const found = checkDeclaration({ ...good, dns: { ...dns, dhcp: { first, last } } });
  expect(found.map(({ path }) => path)).toEqual(Array(problems).fill(['dns', 'dhcp']));
});
