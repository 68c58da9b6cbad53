import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Daemon, startDaemon } from '@kvm/ci/libvirt-daemon';
import { needs } from '@kvm/ci/needs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Connection, connect } from '../src/index.ts';
import { run, virsh } from './script.ts';

describe.skipIf(needs('root', 'unshare', 'libvirtd', 'qemu-system-x86_64', 'virsh'))('domains of libvirtd', () => {
  let daemon: Daemon;
  let folder: string;
  beforeAll(async () => {
    daemon = await startDaemon();
    folder = await mkdtemp(join(tmpdir(), 'definitions-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
    await daemon[Symbol.asyncDispose]();
  });

  /** What virsh prints, without its newlines at the end; fails when virsh does. */
  async function printed(...args: string[]): Promise<string> {
    const { stdout, stderr, exitCode } = await virsh(daemon, ...args);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    return stdout.trimEnd();
  }

  /** The XML that virsh prints, to which it adds a newline. */
  async function dumped(...args: string[]): Promise<string> {
    return (await virsh(daemon, 'dumpxml', ...args)).stdout.replace(/\n$/, '');
  }

  /** The errors that virsh prints. */
  async function complaint(...args: string[]): Promise<string> {
    const { stderr, exitCode } = await virsh(daemon, ...args);
    expect(exitCode).toBe(1);
    return stderr;
  }

  describe('test:///default, which only pretends', () => {
    const onTest = (...args: string[]) =>
      run('virsh', ['--connect', `test+unix:///default?socket=${daemon.socket}`, ...args]);
    let connection: Connection;
    beforeAll(async () => {
      connection = await connect({ socket: daemon.socket, uri: 'test:///default' });
    });
    afterAll(() => connection.close());

    test('a domain is listed and looked up as virsh does', async () => {
      const [listed, ...others] = await connection.listDomains();
      expect(others).toEqual([]);
      const uuid = (await onTest('domuuid', 'test')).stdout.trim();
      for (const domain of [listed, await connection.domain('test'), await connection.domainByUuid(uuid)]) {
        expect({ name: domain?.name, uuid: domain?.uuid, id: domain?.id }).toEqual({ name: 'test', uuid, id: 1 });
      }
      expect(await listed?.xml()).toBe((await onTest('dumpxml', 'test')).stdout.replace(/\n$/, ''));
    });

    test('the states are those of virsh', async () => {
      const domain = await connection.domain('test');
      const states = [await domain.state()];
      await onTest('suspend', 'test');
      states.push(await domain.state());
      await onTest('resume', 'test');
      await domain.reboot();
      await domain.shutdown();
      states.push(await domain.state());
      expect((await onTest('domstate', 'test')).stdout.trim()).toBe('shut off');
      await domain.start();
      states.push(await domain.state());
      expect(states).toEqual(['running', 'paused', 'shutoff', 'running']);
    });

    test('200 calls at once are each answered', async () => {
      const xml = (index: number) =>
        `<domain type='test'><name>vm${index}</name><memory>${1024 * (index + 1)}</memory><os><type>hvm</type></os></domain>`;
      const domains = await Promise.all(Array.from({ length: 200 }, (_, index) => connection.defineDomain(xml(index))));
      expect(domains.map(({ name }) => name)).toEqual(Array.from({ length: 200 }, (_, index) => `vm${index}`));
      const dumps = await Promise.all(domains.map((domain) => domain.xml()));
      for (const [index, dump] of dumps.entries()) {
        expect(dump).toContain(`<name>vm${index}</name>`);
        expect(dump).toContain(`<memory unit='KiB'>${1024 * (index + 1)}</memory>`);
      }
      const listed = (await onTest('list', '--all', '--name')).stdout.trim().split('\n').sort();
      expect((await connection.listDomains()).map(({ name }) => name).sort()).toEqual(listed);
      await Promise.all(domains.map((domain) => domain.undefine()));
      expect(await connection.listDomains({ inactive: true })).toEqual([]);
    });
  });

  describe('qemu:///system', () => {
    /** A guest without a disk: it stays in its BIOS. */
    const definition = (name: string, extra = '') =>
      `<domain type='qemu'><name>${name}</name><memory unit='MiB'>32</memory><os><type>hvm</type></os>${extra}</domain>`;
    let connection: Connection;
    beforeAll(async () => {
      connection = await connect({ socket: daemon.socket });
    });
    afterAll(() => connection.close());
    afterEach(async () => {
      for (const { name, id } of await connection.listDomains()) {
        if (id !== undefined) await virsh(daemon, 'destroy', name);
        await virsh(daemon, 'undefine', name, '--managed-save', '--nvram');
      }
    });

    test('the versions are those virsh prints', async () => {
      const version = await printed('version', '--daemon');
      expect(version).toContain(`Running hypervisor: QEMU ${await connection.version()}\n`);
      expect(version).toContain(`Running against daemon: ${await connection.libVersion()}`);
    });

    test('a guest from its definition to its end', async () => {
      const vm = await connection.defineDomain(definition('vm65'));
      expect(vm.uuid).toBe(await printed('domuuid', 'vm65'));
      expect(await vm.xml()).toBe(await dumped('vm65'));
      expect({ id: vm.id, state: await vm.state() }).toEqual({ id: undefined, state: 'shutoff' });
      expect(await printed('list', '--inactive', '--name')).toBe('vm65');

      await vm.start();
      expect(`${vm.id}`).toBe(await printed('domid', 'vm65'));
      expect(await vm.state()).toBe('running');
      expect(await printed('domstate', 'vm65')).toBe('running');
      const xml = { live: await vm.xml(), inactive: await vm.xml({ inactive: true }) };
      expect(xml).toEqual({
        live: await dumped('vm65'),
        inactive: await dumped('vm65', '--inactive'),
      });
      expect(xml.live).not.toBe(xml.inactive);

      await vm.reboot();
      await vm.shutdown();
      expect(await vm.state()).toBe('running'); // a BIOS does not listen to the power button

      await vm.destroy();
      expect({ id: vm.id, state: await vm.state() }).toEqual({ id: undefined, state: 'shutoff' });
      expect(await printed('domstate', 'vm65')).toBe('shut off');

      await vm.undefine();
      expect(await printed('list', '--all', '--name')).toBe('');
    });

    test('lists tell those that run from those that do not', async () => {
      const [runs, stays] = await Promise.all([
        connection.defineDomain(definition('runs')),
        connection.defineDomain(definition('stays')),
      ]);
      await runs.start();
      const names = async (options?: { active?: boolean; inactive?: boolean }) =>
        (await connection.listDomains(options)).map(({ name, id }) => `${name} ${id === runs.id}`).sort();
      expect(await names()).toEqual(['runs true', 'stays false']);
      expect(await names({ active: true })).toEqual(['runs true']);
      expect(await names({ inactive: true })).toEqual(['stays false']);
      await runs.destroy();
      await Promise.all([runs.undefine(), stays.undefine()]);
    });

    test('autostart is what virsh sees and sets', async () => {
      const vm = await connection.defineDomain(definition('vm65'));
      expect(await vm.autostart()).toBe(false);
      await vm.setAutostart(true);
      expect(await vm.autostart()).toBe(true);
      expect(await printed('dominfo', 'vm65')).toMatch(/^Autostart: +enable$/m);
      await printed('autostart', '--disable', 'vm65');
      expect(await vm.autostart()).toBe(false);
      await vm.setAutostart(true);
      await vm.setAutostart(false);
      expect(await printed('list', '--all', '--autostart', '--name')).toBe('');
      await vm.undefine();
    });

    test('passwords are shown only when asked for', async () => {
      const graphics = `<devices><graphics type='vnc' port='5965' passwd='secret'/></devices>`;
      const vm = await connection.defineDomain(definition('vm65', graphics));
      expect(await vm.xml()).not.toContain('secret');
      expect(await vm.xml({ secure: true })).toBe(await dumped('vm65', '--security-info'));
      expect(await vm.xml({ secure: true })).toContain(`passwd='secret'`);
      await vm.undefine();
    });

    test('a definition is checked against the schema when asked', async () => {
      const wrong = definition('vm65', '<colour>blue</colour>');
      await expect(connection.defineDomain(wrong, { validate: true })).rejects.toThrow(
        expect.objectContaining({ code: 'VIR_ERR_XML_INVALID_SCHEMA', call: 'DomainDefineXMLFlags' }),
      );
      const vm = await connection.defineDomain(wrong);
      expect(await vm.xml()).not.toContain('colour');
      await vm.undefine();
    });

    test('a managed save image is removed only when asked', async () => {
      const vm = await connection.defineDomain(definition('vm65'));
      await vm.start();
      await printed('managedsave', 'vm65');
      await expect(vm.undefine()).rejects.toThrow(
        expect.objectContaining({ code: 'VIR_ERR_OPERATION_INVALID', call: 'DomainUndefineFlags', subject: 'vm65' }),
      );
      await vm.undefine({ managedSave: true });
      expect(await printed('list', '--all', '--name')).toBe('');
    });

    test("the UEFI variables' file is kept or removed as asked", async () => {
      const inside = (...args: string[]) => run('nsenter', ['--target', `${daemon.namespaces}`, '--mount', ...args]);
      await inside('truncate', '--size=1M', '/run/firmware.fd', '/run/variables.fd');
      const files = `<loader readonly='yes' type='pflash'>/run/firmware.fd</loader><nvram>/run/variables.fd</nvram></os>`;
      const xml = definition('vm65', '<features><acpi/></features>').replace('</os>', files);
      await expect((await connection.defineDomain(xml)).undefine()).rejects.toThrow(
        expect.objectContaining({ code: 'VIR_ERR_OPERATION_INVALID', message: expect.stringContaining('nvram') }),
      );
      await (await connection.domain('vm65')).undefine({ nvram: 'keep' });
      expect((await inside('test', '-e', '/run/variables.fd')).exitCode).toBe(0);
      await (await connection.defineDomain(xml)).undefine({ nvram: 'remove' });
      expect((await inside('test', '-e', '/run/variables.fd')).exitCode).toBe(1);
    });

    describe("errors are libvirt's own, as virsh prints them", () => {
      test('no such domain', async () => {
        const call = connection.domain('vm404');
        await expect(call).rejects.toThrow(
          expect.objectContaining({
            code: 'VIR_ERR_NO_DOMAIN',
            number: 42,
            domain: 'VIR_FROM_QEMU',
            level: 'error',
            call: 'DomainLookupByName',
            subject: 'vm404',
          }),
        );
        await expect(connection.domainByUuid('00112233-4455-6677-8899-aabbccddeeff')).rejects.toThrow(
          expect.objectContaining({ code: 'VIR_ERR_NO_DOMAIN', call: 'DomainLookupByUUID' }),
        );
      });

      test.each([
        ['<domain', 'VIR_ERR_XML_DETAIL'],
        ["<domain type='qemu'><name>vm65</name></domain>", 'VIR_ERR_XML_ERROR'],
        ["<domain type='qemu'><name>vm65</name><os><type>xen</type></os></domain>", 'VIR_ERR_XML_ERROR'],
        [
          "<domain type='qemu'><name>a/b</name><memory>1</memory><os><type>hvm</type></os></domain>",
          'VIR_ERR_XML_ERROR',
        ],
      ])('the broken definition %j', async (xml, code) => {
        const call = connection.defineDomain(xml);
        await expect(call).rejects.toThrow(
          expect.objectContaining({ code, domain: 'VIR_FROM_DOMAIN', call: 'DomainDefineXMLFlags' }),
        );
        const file = join(folder, 'broken.xml');
        await writeFile(file, xml);
        expect(await complaint('define', file)).toContain(await messageOf(call));
      });

      test('starting twice, stopping twice, undefining twice', async () => {
        const vm = await connection.defineDomain(definition('vm65'));
        await vm.start();
        const invalid = expect.objectContaining({ code: 'VIR_ERR_OPERATION_INVALID', subject: 'vm65' });
        await expect(vm.start()).rejects.toThrow(invalid);
        await vm.undefine(); // a running guest loses its definition only
        const again = vm.undefine();
        await expect(again).rejects.toThrow(invalid);
        expect(await complaint('undefine', 'vm65')).toContain(await messageOf(again));
        await vm.destroy();
        await expect(vm.destroy()).rejects.toThrow(expect.objectContaining({ code: 'VIR_ERR_NO_DOMAIN' }));
      });

      test('a driver that is not there', async () => {
        await expect(connect({ socket: daemon.socket, uri: 'nothing:///system' })).rejects.toThrow(
          expect.objectContaining({ code: 'VIR_ERR_NO_CONNECT', call: 'ConnectOpen', subject: 'nothing:///system' }),
        );
      });
    });
  });
});

const messageOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'no error',
    (error: Error) => error.message,
  );
