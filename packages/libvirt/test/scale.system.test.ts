import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Daemon, startDaemon } from '@kvm/ci/libvirt-daemon';
import { needs } from '@kvm/ci/needs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Connection, connect } from '../src/index.ts';
import { virsh } from './script.ts';

const definition = (name: string) =>
  `<domain type='qemu'><name>${name}</name><memory unit='MiB'>32</memory><os><type>hvm</type></os></domain>`;

describe.skipIf(needs('root', 'unshare', 'libvirtd', 'qemu-system-x86_64', 'virsh'))('much at once', () => {
  const names = Array.from({ length: 1000 }, (_, index) => `vm${index}`);
  let daemon: Daemon;
  let connection: Connection;
  beforeAll(async () => {
    daemon = await startDaemon();
    connection = await connect({ socket: daemon.socket });
    await Promise.all(names.map((name) => connection.defineDomain(definition(name))));
  });
  afterAll(async () => {
    await connection.close();
    await daemon[Symbol.asyncDispose]();
  });

  test('1,000 guests are listed, dumped and counted', async () => {
    const domains = await connection.listDomains();
    expect(domains.map(({ name }) => name).sort()).toEqual([...names].sort());
    const dumps = await Promise.all(domains.map((domain) => domain.xml()));
    expect(dumps.every((dump, index) => dump.includes(`<name>${domains[index]?.name}</name>`))).toBe(true);
    const stats = await connection.stats();
    expect(stats.map(({ state }) => state)).toEqual(names.map(() => 'shutoff'));
    expect((await virsh(daemon, 'dumpxml', 'vm999')).stdout.trim()).toBe(
      (await (await connection.domain('vm999')).xml()).trim(),
    );
  });

  test('50 clients at once, each with its calls and its events', async () => {
    const clients = await Promise.all(Array.from({ length: 50 }, () => connect({ socket: daemon.socket })));
    const subscriptions = await Promise.all(clients.map((client) => client.events('lifecycle')));
    const lists = await Promise.all(clients.map((client) => client.listDomains()));
    expect(lists.map(({ length }) => length)).toEqual(clients.map(() => 1000));
    const dumps = await Promise.all(clients.map(async (client, index) => (await client.domain(`vm${index}`)).xml()));
    expect(dumps.every((dump, index) => dump.includes(`<name>vm${index}</name>`))).toBe(true);
    await connection.defineDomain(definition('vm1000'));
    const events = await Promise.all(subscriptions.map((subscription) => subscription.next()));
    expect(events.map(({ value }) => value?.domain.name)).toEqual(clients.map(() => 'vm1000'));
    await Promise.all(clients.map((client) => client.close()));
  });
});

describe.skipIf(needs('root', 'unshare', 'libvirtd', 'qemu-system-x86_64', 'virsh'))('two hosts', () => {
  test('a guest moves while it runs, and both sides tell', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'libvirt-move-'));
    await using here = await startDaemon('host_uuid = "11111111-2222-4333-8444-555555555551"\n');
    await using there = await startDaemon(
      `host_uuid = "11111111-2222-4333-8444-555555555552"\nunix_sock_dir = "${folder}"\n`,
      {},
      join(folder, 'libvirt-sock'),
    );
    await using source = await connect({ socket: here.socket });
    await using destination = await connect({ socket: there.socket });
    const vm = await source.defineDomain(definition('vm65'));
    await vm.start();
    await using leaving = await source.events('lifecycle');
    await using coming = await destination.events('lifecycle');
    await vm.migrate(`qemu+unix:///system?socket=${there.socket}`, {
      live: true,
      persist: true,
      undefineSource: true,
      migrateUri: `unix://${folder}/move.sock`,
    });
    expect(await source.listDomains()).toEqual([]);
    expect(await (await destination.domain('vm65')).state()).toBe('running');
    const seen = async (events: typeof leaving, last: string): Promise<string[]> => {
      const list: string[] = [];
      for await (const { event, detail } of events) {
        list.push(`${event} ${detail}`);
        if (list.at(-1) === last) break;
      }
      return list;
    };
    expect(await seen(leaving, 'stopped migrated')).toContain('suspended migrated');
    expect(await seen(coming, 'resumed migrated')).toContain('started migrated');
    await rm(folder, { recursive: true });
  });
});
