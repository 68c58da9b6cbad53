import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { libvirtTests } from '@kvm/ci/libvirt-source';
import { needs } from '@kvm/ci/needs';
import { buildDomain, diffDomains, domainData, parseXml } from '@kvm/domain-xml';
import { deriveDesired } from '@kvm/host';
import { parseInventory } from '@kvm/inventory';
import { type Connection, connect, LibvirtError } from '@kvm/libvirt';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { capturedRun } from './captured-run.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from './private-libvirtd.ts';
import { temporaryFolder } from './temporary-folder.ts';

const room = `# the room
host: { name: management, address: 192.168.100.1/24, emulator: /usr/bin/qemu-system-x86_64 }
defaults: { disks: { root: none, var: none, swap: none }, cmdline: console=ttyS0 }
guests:
  web: { vmid: 1, state: stopped } # faces the world

# that is all
`;

/** Every so many of libvirt's sample domains is tried. */
const every = process.env.KVM_SOAK ? 1 : 40;

describe.skipIf(needs('root', 'libvirtd', 'qemu-system-x86_64', 'virt-install'))('kvmctl import', () => {
  let libvirtd: PrivateLibvirtd;
  let connection: Connection;
  let cwd: string;
  beforeAll(async () => {
    libvirtd = await startPrivateLibvirtd();
    connection = await connect({ uri: libvirtd.uri });
  });
  afterAll(async () => {
    await connection.close();
    await libvirtd[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    for (const domain of await connection.listDomains()) await domain.undefine({ nvram: 'keep' });
    cwd = temporaryFolder();
  });

  const kvmctl = (...words: string[]) => capturedRun([...words, '--connect', libvirtd.uri], { cwd });
  const read = () => readFileSync(join(cwd, 'inventory.yaml'), 'utf8');
  const write = (text: string) => writeFileSync(join(cwd, 'inventory.yaml'), text);
  /** What a plan says of these guests. */
  async function planned(guests: readonly string[]): Promise<unknown[]> {
    const { stdout, stderr } = await kvmctl('plan', '--json');
    expect(stderr).toBe('');
    const { steps, waiting } = JSON.parse(stdout);
    return [...steps, ...waiting].filter(({ guest }) => guests.includes(guest));
  }
  /** What virt-install would define. */
  const virtInstall = (name: string, ...words: string[]): string => {
    const always = ['--connect', libvirtd.uri, '--virt-type', 'qemu', '--osinfo', 'detect=on,require=off'];
    return execFileSync('virt-install', [...always, '--name', name, '--print-xml', '--dry-run', '--import', ...words], {
      encoding: 'utf8',
    });
  };

  test('what virt-install made has an empty plan and the file its comments; a changed number changes only that', async () => {
    write(room);
    await connection.defineDomain(virtInstall('debian', '--memory', '1024', '--vcpus', '2', '--disk', 'none'));
    const disk = ['--disk', `path=${join(cwd, 'shop.qcow2')},size=1`];
    const xml = virtInstall('shop', '--memory', '512', ...disk, '--graphics', 'vnc,password=secret');
    await (await connection.defineDomain(xml)).setAutostart(true);
    const imported = await kvmctl('import');
    expect(imported, imported.stderr).toMatchObject({ exitCode: 0, stdout: '' });
    expect(imported.stderr).toContain('a plan for them is empty');
    expect(imported.stderr).toMatch(
      /^warning: inventory\.yaml:\d+:\d+: guests\.shop\.xml: .*shop\.qcow2: a disk that is/m,
    );
    const text = read();
    const [before = '', after = ''] = room.split('\n\n');
    expect(text.startsWith(`${before}\n  debian:\n    vmid: 2\n    memory: 1 GiB\n    vcpus: 2\n`)).toBe(true);
    expect(text.endsWith(`      </domain>\n\n${after}`)).toBe(true);
    expect(text).not.toContain('secret');
    expect(await planned(['debian', 'shop'])).toEqual([]);
    const { steps: others } = JSON.parse((await kvmctl('plan', '--json')).stdout);
    expect(others.length).toBeGreaterThan(1);
    expect(imported.stderr).toContain(`a plan has ${others.length} steps for the host and its other guests`);

    write(text.replace('memory: 512 MiB', 'memory: 640 MiB'));
    expect(await planned(['debian', 'shop'])).toMatchObject([
      { id: 'define shop', changes: [{ what: 'memory' }, { what: 'currentMemory' }] },
    ]);
    const shop = await connection.domain('shop');
    const was = await shop.xml({ inactive: true, secure: true });
    const desired = deriveDesired(parseInventory(read()));
    const { applyPlan, observe, runner, accessHere } = await import('@kvm/host/run');
    const { planHost } = await import('@kvm/host');
    const means = { run: runner(accessHere()), connection };
    const plan = planHost(desired, await observe(desired, means));
    const steps = plan.steps.filter(({ guest }) => guest === 'shop');
    expect(await applyPlan({ ...plan, steps }, means)).toMatchObject({ failed: [] });
    const unmarked = (definition: string) => definition.replace(/<metadata>.*<\/metadata>\s*/s, '');
    expect(unmarked(await shop.xml({ inactive: true, secure: true }))).toBe(
      unmarked(was)
        .replaceAll("<memory unit='KiB'>524288", "<memory unit='KiB'>655360")
        .replace(/(<currentMemory unit='KiB'>)524288/, '$1655360'),
    );
    expect(await planned(['debian', 'shop'])).toEqual([]);
  });

  test('a guest that is as the template makes it is written with the few keys of one', async () => {
    write(room);
    const other = deriveDesired(
      parseInventory(room.replace('management', 'elsewhere').replace('web: { vmid: 1', 'mail: { vmid: 65, vcpus: 2')),
    );
    for (const { domain } of other.guests) {
      const { metadata, ...plain } = domain;
      await connection.defineDomain(await buildDomain({ ...plain, '@type': 'qemu' }));
    }
    expect(await kvmctl('import', 'mail')).toMatchObject({ exitCode: 0, stdout: '' });
    expect(read()).toContain(`
  mail:
    vmid: 65
    memory: 512 MiB
    vcpus: 2
    cmdline: console=ttyS0
    autostart: false
    state: stopped
    uuid: ${other.guests[0]?.domain.uuid}
    xml: <domain type='qemu'/>

# that is all`);
    expect(await planned(['mail'])).toEqual([]);
  });

  test('without a file one is begun; a name that an inventory cannot have is left alone, and said how to change', async () => {
    for (const name of ['db', 'Old_Box'])
      await connection.defineDomain(virtInstall(name, '--memory', '64', '--disk', 'none', '--network', 'none'));
    const dry = await kvmctl('import', '-n');
    expect(dry).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('+  db:') });
    expect(() => read()).toThrow('ENOENT');
    const imported = await kvmctl('import', '--json');
    expect(imported).toMatchObject({ exitCode: 1 });
    expect(JSON.parse(imported.stdout)).toMatchObject({
      version: 1,
      guests: [{ name: 'db', vmid: 1, as: 'raw XML' }],
      left: [{ name: 'Old_Box', remedy: expect.stringContaining('`virsh domrename Old_Box NAME`') }],
      plan: { steps: [], waiting: [] },
    });
    expect(read()).toMatch(/^# A KVM host and its guests/);
    expect(await kvmctl('import')).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('0 guests added') });
    expect(await kvmctl('import', 'nobody')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('no domain is called nobody. There are: Old_Box, db.'),
    });
  });

  test("libvirt's own sample domains, as far as this libvirtd takes them, have an empty plan", async () => {
    const folder = libvirtTests();
    if (folder === undefined) return;
    write(room);
    const names: string[] = [];
    const files = readdirSync(join(folder, 'qemuxml2argvdata')).filter(
      (each, index) => each.endsWith('.xml') && index % every === 0,
    );
    for (const [index, each] of files.entries()) {
      const xml = readFileSync(join(folder, 'qemuxml2argvdata', each), 'utf8');
      const name = `sample-${index}`;
      const renamed = xml
        .replace(/<name>.*?<\/name>/s, `<name>${name}</name>`)
        .replace(/<uuid>.*?<\/uuid>/s, `<uuid>${randomUUID()}</uuid>`)
        // Many name the same disk, and a plan warns of guests that share one.
        .replace(/(<source (?:file|dev)=['"])\//g, `$1/${name}/`);
      try {
        await connection.defineDomain(renamed, { validate: true });
        names.push(name);
      } catch (error) {
        if (!(error instanceof LibvirtError)) throw error;
      }
    }
    expect(names.length).toBeGreaterThan(files.length / 3);
    const imported = await kvmctl('import');
    expect(imported.stderr).toContain('a plan for them is empty');
    expect(imported).toMatchObject({ exitCode: 0 });
  }, 1_800_000);

  test.each([
    ...['processor', 'processor-exact', 'processor-host', 'processor-most'],
    ...['template', 'devices', 'chipset', 'units', 'prefix'],
  ])('%s, a guest that runs, has an empty plan: what libvirt makes of it while it runs is no change', async (name) => {
    write(room);
    const make = 'mkdir -p /run/kvm-test; for each in a b c; do truncate -s 1M /run/kvm-test/$each; done';
    execFileSync('nsenter', ['--target', libvirtd.namespaces, '--mount', 'sh', '-c', make]);
    const asked = new URL(`../../../packages/domain-xml/test/filled-in/${name}/asked.xml`, import.meta.url);
    const domain = await connection.defineDomain(readFileSync(asked, 'utf8'));
    await domain.start();
    try {
      const [wanted, ...there] = [
        readFileSync(asked, 'utf8'),
        await domain.xml(),
        await domain.xml({ inactive: true }),
      ].map((xml) => domainData(parseXml(xml)));
      const libvirt = await connection.libVersion();
      expect(there.map((each) => wanted && diffDomains(wanted, each, { libvirt }))).toEqual([[], []]);
      expect((await kvmctl('import', name)).exitCode).toBe(0);
      expect(await planned([name])).toEqual([]);
    } finally {
      await domain.destroy();
    }
  });
});
