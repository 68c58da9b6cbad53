import { needs } from '@kvm/ci/needs';
import { connect } from '@kvm/libvirt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kvmctl } from './bundled.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from './private-libvirtd.ts';

const definition = (name: string, more = '') =>
  `<domain type='qemu'><name>${name}</name><memory unit='MiB'>32</memory><vcpu>2</vcpu><os><type>hvm</type></os>${more}</domain>`;
const mark = "<metadata><k:guest xmlns:k='urn:kvmctl:guest:1' vmid='61'/></metadata>";
const tap = "<devices><interface type='ethernet'><target dev='tun65'/></interface></devices>";

describe.skipIf(needs('root', 'unshare', 'ip', 'libvirtd', 'qemu-system-x86_64'))('list', () => {
  let libvirtd: PrivateLibvirtd;
  beforeAll(async () => {
    libvirtd = await startPrivateLibvirtd();
  });
  afterAll(() => libvirtd[Symbol.asyncDispose]());
  const list = (...argv: string[]) => kvmctl(['list', '--connect', libvirtd.uri, ...argv]);

  test('tells that there are none', () => {
    expect(list()).toMatchObject({ status: 0, stdout: '', stderr: `${libvirtd.uri} has no domains\n` });
  });

  test('tells of all, and the VMIDs of ours', async () => {
    await using connection = await connect({ uri: libvirtd.uri });
    const public65 = await connection.defineDomain(definition('public', tap));
    await connection.defineDomain(definition('other'));
    const db = await connection.defineDomain(definition('db', mark));
    await db.setAutostart(true);
    await db.start();
    expect(list()).toEqual({
      status: 0,
      signal: null,
      stdout: `\
DOMAIN  VMID  STATE    MEMORY  VCPUS  AUTOSTART  ADDRESSES
db        61  running  32 MiB      2  yes
other      -  shutoff  32 MiB      2  no
public    65  shutoff  32 MiB      2  no
`,
      stderr: '',
    });
    const { version, domains } = JSON.parse(list('--json').stdout);
    expect({ version, public: domains[2] }).toEqual({
      version: 1,
      public: {
        name: 'public',
        uuid: public65.uuid,
        vmid: 65,
        state: 'shutoff',
        memoryKiB: 32_768,
        vcpus: 2,
        autostart: false,
        addresses: [],
      },
    });
    await db.destroy();
  });
});
