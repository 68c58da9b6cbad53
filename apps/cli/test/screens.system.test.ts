import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { needs } from '@kvm/ci/needs';
import { buildDomain } from '@kvm/domain-xml';
import { deriveDesired } from '@kvm/host';
import { parseInventory } from '@kvm/inventory';
import { type Connection, connect } from '@kvm/libvirt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { capturedRun } from './captured-run.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from './private-libvirtd.ts';
import { temporaryFolder } from './temporary-folder.ts';

const inventory = `host: { name: management, address: 192.168.100.1/24 }
defaults: { disks: { root: none, var: none, swap: none }, cmdline: console=ttyS0 }
guests: { web: { vmid: 61, state: stopped, autostart: false, xml: "<domain type='qemu'/>" } }
`;

describe.skipIf(needs('root', 'libvirtd', 'qemu-system-x86_64'))("a guest's screen", () => {
  let libvirtd: PrivateLibvirtd;
  let connection: Connection;
  beforeAll(async () => {
    libvirtd = await startPrivateLibvirtd();
    connection = await connect({ uri: libvirtd.uri });
  });
  afterAll(async () => {
    await connection.close();
    await libvirtd[Symbol.asyncDispose]();
  });

  test('one that libvirt knows without an address is one change of the definition, and then none', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'inventory.yaml'), inventory);
    const planned = async (): Promise<unknown[]> => {
      const { stdout } = await capturedRun(['plan', '--json', '--connect', libvirtd.uri], { cwd });
      const { steps, waiting } = JSON.parse(stdout);
      return [...steps, ...waiting].filter(({ guest }) => guest === 'web');
    };
    const [web] = deriveDesired(parseInventory(inventory)).guests;
    if (web === undefined) throw new Error('no guest');
    const xml = await buildDomain(web.domain);
    await connection.defineDomain(xml.replace(' listen="127.0.0.1"', ''), { validate: true });
    expect(await planned()).toEqual([
      expect.objectContaining({
        id: 'define web',
        effect: 'live',
        changes: [{ what: 'devices.graphics[vnc].@listen', after: '127.0.0.1', effect: 'live' }],
      }),
    ]);
    await connection.defineDomain(xml, { validate: true });
    expect(await planned()).toEqual([]);
  });
});
