import { routeTargets } from '@kvm/netplan';
import { expect, test } from 'vitest';
import { capturedRun, smallInventory } from '../../test/captured-run.ts';
import { targets } from './routes.ts';

const routes = (...argv: readonly string[]) => capturedRun(['-i', '-', 'routes', ...argv], { stdin: smallInventory });

test('a table, with a hint aside', async () => {
  expect(await routes()).toEqual({
    exitCode: 0,
    stdout: `\
DESTINATION     GATEWAY        GUEST
172.16.61.0/24  192.168.100.1  db
172.16.65.0/24  192.168.100.1  public
`,
    stderr: '\nAs commands or a file: kvmctl routes --for linux (or windows, macos, ...)\n',
  });
  expect(await routes('--quiet')).toMatchObject({ stderr: '' });
});

test('the text for one kind of machine', async () => {
  const { exitCode, stdout, stderr } = await routes('--for', 'linux');
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toContain('ip route replace 172.16.65.0/24 via 192.168.100.1 # public\n');
});

test('every kind that netplan writes for, and no other', async () => {
  expect(targets).toEqual(routeTargets);
  const { exitCode, stderr } = await routes('--for', 'beos');
  expect(exitCode).toBe(64);
  expect(stderr).toContain('Allowed choices are linux, networkd, windows, macos, routeros, bird, dnsmasq');
});

test('as JSON', async () => {
  expect(JSON.parse((await routes('--json')).stdout)).toEqual({
    version: 1,
    routes: [
      { to: '172.16.61.0/24', via: '192.168.100.1', guest: 'db' },
      { to: '172.16.65.0/24', via: '192.168.100.1', guest: 'public' },
    ],
  });
});
