import { mkdir, writeFile } from 'node:fs/promises';
import { type Daemon, startDaemon } from '@kvm/ci/libvirt-daemon';
import { needs } from '@kvm/ci/needs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Connection, connect, type Domain } from '../src/index.ts';
import { run, virsh } from './script.ts';

describe.skipIf(needs('root', 'unshare', 'libvirtd', 'qemu-system-x86_64', 'virsh'))('what libvirtd can do', () => {
  let daemon: Daemon;
  let connection: Connection;
  beforeAll(async () => {
    daemon = await startDaemon();
    connection = await connect({ socket: daemon.socket });
  });
  afterAll(async () => {
    await connection.close();
    await daemon[Symbol.asyncDispose]();
  });
  const printed = async (...args: string[]) => (await virsh(daemon, ...args)).stdout.trim();
  const inside = (path: string) => `/proc/${daemon.namespaces}/root${path}`;

  describe('to a guest', () => {
    const disk =
      "<disk type='file'><driver type='raw'/><source file='/run/disk.img'/><target dev='vda' bus='virtio'/></disk>";
    const network =
      "<interface type='ethernet'><mac address='52:54:00:61:65:01'/><target dev='tun65'/><model type='virtio'/></interface>";
    const cdrom = (source: string) => `<disk type='file' device='cdrom'>${source}<target dev='hdc' bus='ide'/></disk>`;
    const channel = "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>";
    let vm: Domain;
    beforeAll(async () => {
      await writeFile(inside('/run/disk.img'), Buffer.alloc(1024 * 1024));
      await writeFile(inside('/run/disk.iso'), Buffer.alloc(1024 * 1024));
      vm = await connection.defineDomain(
        `<domain type='qemu'><name>vm65</name><memory unit='MiB'>64</memory><vcpu current='1'>2</vcpu><os><type>hvm</type></os>
         <devices>${disk}${network}${cdrom('')}${channel}<controller type='usb' model='qemu-xhci'/></devices></domain>`,
      );
    });
    beforeAll(() => vm.start());
    afterEach(async () => {
      await virsh(daemon, 'start', 'vm65');
    });

    test('suspend, resume, reset', async () => {
      await vm.suspend();
      expect(await printed('domstate', 'vm65')).toBe('paused');
      await vm.resume();
      await vm.reset();
      expect(await printed('domstate', 'vm65')).toBe('running');
    });

    test('save and restore, by file and by libvirtd', async () => {
      await vm.save('/run/vm65.save');
      expect(await vm.state()).toBe('shutoff');
      await connection.restoreDomain('/run/vm65.save');
      expect(await vm.state()).toBe('running');
      expect(await vm.hasManagedSave()).toBe(false);
      await vm.managedSave();
      expect([await vm.hasManagedSave(), await vm.state()]).toEqual([true, 'shutoff']);
      await vm.removeManagedSave();
      expect(await vm.hasManagedSave()).toBe(false);
      await expect(connection.restoreDomain('/run/none')).rejects.toThrow(
        expect.objectContaining({ subject: '/run/none', call: 'DomainRestoreFlags' }),
      );
    });

    test('memory and processors, now and from the next start', async () => {
      await vm.setMemory(48 * 1024, { config: true });
      await vm.setMemory(56 * 1024, { live: true });
      expect(await vm.xml({ inactive: true })).toContain("<currentMemory unit='KiB'>49152</currentMemory>");
      await vm.setVcpus(2, { config: true });
      const counts = [
        await vm.vcpus({ live: true }),
        await vm.vcpus({ config: true }),
        await vm.vcpus({ maximum: true, config: true }),
      ];
      expect(counts).toEqual([1, 2, 2]);
      await vm.setVcpus(2, { live: true });
      expect(await vm.vcpus({ live: true })).toBe(2);
      await expect(vm.setVcpus(3, { config: true })).rejects.toThrow(
        expect.objectContaining({ code: 'VIR_ERR_INVALID_ARG' }),
      );
      await expect(vm.setMemory(1.5)).rejects.toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    });

    test('devices come, change and go', async () => {
      const tablet = "<input type='tablet' bus='usb'/>";
      await vm.attachDevice(tablet, { live: true, config: true });
      expect([await vm.xml(), await vm.xml({ inactive: true })].map((xml) => xml.includes("type='tablet'"))).toEqual([
        true,
        true,
      ]);
      // The guest's BIOS, which looks at the drive as it starts, would close the tray between libvirt's opening and inserting.
      await vm.suspend();
      await vm.updateDevice(cdrom("<source file='/run/disk.iso'/>"), { live: true });
      await vm.resume();
      expect(await printed('domblklist', 'vm65')).toContain('/run/disk.iso');
      await using events = await connection.events('deviceRemoved');
      await vm.detachDevice(tablet, { live: true, config: true });
      expect((await events.next()).value?.domain.name).toBe('vm65');
      expect(await vm.xml({ inactive: true })).not.toContain("type='tablet'");
    });

    test('a disk grows, and is copied', async () => {
      await vm.blockResize('vda', 3 * 1024 * 1024);
      expect(await printed('domblkinfo', 'vm65', 'vda')).toMatch(/Capacity: +3145728/);
      expect(await vm.blockJob('vda')).toBeUndefined();
      await writeFile(inside('/run/copy.img'), Buffer.alloc(3 * 1024 * 1024));
      await using events = await connection.events('blockJob');
      await virsh(
        daemon,
        'blockcopy',
        'vm65',
        'vda',
        '/run/copy.img',
        '--transient-job',
        '--reuse-external',
        '--format',
        'raw',
      );
      expect((await events.next()).value?.status).toBe('ready');
      expect(await vm.blockJob('vda')).toMatchObject({ type: 'copy', current: 3145728, end: 3145728 });
      await virsh(daemon, 'blockjob', 'vm65', 'vda', '--abort');
      await events.next();
    });

    test('a command for an agent that is not there', async () => {
      await expect(vm.agentCommand('{"execute":"guest-ping"}', { agentSeconds: 1 })).rejects.toThrow(
        expect.objectContaining({
          code: 'VIR_ERR_AGENT_UNRESPONSIVE',
          call: 'QemuDomainAgentCommand',
          subject: 'vm65',
        }),
      );
    });

    test('a move to where nobody is', async () => {
      await expect(
        vm.migrate('qemu+tcp://127.0.0.1:1/system', { live: true, unsafe: true, bandwidth: 10 }),
      ).rejects.toThrow(
        expect.objectContaining({
          call: 'DomainMigratePerform3Params',
          subject: 'vm65',
          code: expect.stringMatching(/^VIR_ERR/),
        }),
      );
      expect(await vm.state()).toBe('running');
    });

    test('its statistics are those of virsh', async () => {
      const [stats, ...others] = await connection.stats();
      expect(others).toEqual([]);
      expect(stats).toMatchObject({
        domain: { name: 'vm65', uuid: vm.uuid },
        state: 'running',
        maximumMemoryKiB: 65536,
        interfaces: [{ name: 'tun65' }],
      });
      expect(stats?.disks.map(({ name, path }) => [name, path])[0]).toEqual(['vda', '/run/disk.img']);
      expect(stats?.cpuTimeNs).toBeGreaterThan(1_000_000);
      const names = (await printed('domstats', 'vm65'))
        .split('\n')
        .slice(1)
        .map((line) => line.trim().split('=')[0] ?? '');
      expect([...(stats?.values.keys() ?? [])].sort()).toEqual(
        expect.arrayContaining(names.filter((name) => !name.includes('delay')).sort()),
      );
      expect(await connection.stats({ active: false })).toEqual([]);
      const [again, ...more] = await connection.stats({ domains: [vm] });
      expect([again?.domain.name, again?.state, more]).toEqual(['vm65', 'running', []]);
      expect(await connection.stats({ domains: [] })).toEqual([]);
    });
  });

  test('a guest that hangs holds back no statistics but its own', async () => {
    for (const name of ['hung', 'well']) {
      await connection.createDomain(
        `<domain type='qemu'><name>${name}</name><memory unit='MiB'>32</memory><os><type>hvm</type></os></domain>`,
      );
    }
    const signal = (name: string) =>
      run('nsenter', [
        ...['--target', `${daemon.namespaces}`, '--pid', '--mount', 'sh', '-c'],
        `kill -${name} $(cat /run/libvirt/qemu/hung.pid)`,
      ]);
    await signal('STOP');
    // The first to ask waits for the guest; whoever comes after sees that somebody does.
    await expect(connection.stats({ timeoutMs: 2000 })).rejects.toMatchObject({ code: 'TIMEOUT' });
    const stats = await connection.stats({ nowait: true });
    const told = new Map(stats.map(({ domain, ...rest }) => [domain.name, rest]));
    expect(told.get('hung')?.state).toBe('running');
    expect(told.get('well')).toMatchObject({ state: 'running', memoryKiB: 32_768 });
    await signal('CONT');
    for (const name of ['hung', 'well']) await (await connection.domain(name)).destroy();
  });

  test('a transient guest is forgotten when it stops', async () => {
    const vm = await connection.createDomain(
      "<domain type='qemu'><name>vm66</name><memory unit='MiB'>32</memory><os><type>hvm</type></os></domain>",
    );
    await vm.destroy();
    await expect(connection.domain('vm66')).rejects.toThrow(expect.objectContaining({ code: 'VIR_ERR_NO_DOMAIN' }));
  });

  test('the host is the one that virsh sees', async () => {
    expect(await connection.hostname()).toBe(await printed('hostname'));
    const node = await connection.nodeInfo();
    const lines = Object.fromEntries((await printed('nodeinfo')).split('\n').map((line) => line.split(/: +/)));
    expect({
      model: node.model,
      cpus: `${node.cpus}`,
      memory: `${node.memoryKiB} KiB`,
      cores: `${node.coresPerSocket}`,
    }).toEqual({
      model: lines['CPU model'],
      cpus: lines['CPU(s)'],
      memory: lines['Memory size'],
      cores: lines['Core(s) per socket'],
    });
    expect((await connection.capabilities()).trim()).toBe(await printed('capabilities'));
    expect((await connection.domainCapabilities({ type: 'qemu', machine: 'q35' })).trim()).toBe(
      await printed('domcapabilities', '--virttype', 'qemu', '--machine', 'q35'),
    );
  });

  test('pools, volumes and networks', async () => {
    await mkdir(inside('/run/pool'));
    await writeFile(inside('/run/pool/disk.img'), Buffer.alloc(65536));
    await virsh(daemon, 'pool-create-as', 'images', 'dir', '--target', '/run/pool');
    const [pool] = await connection.storagePools();
    expect([pool?.name, pool?.uuid, (await pool?.info())?.state]).toEqual([
      'images',
      await printed('pool-uuid', 'images'),
      'running',
    ]);
    expect(await pool?.xml()).toContain('<path>/run/pool</path>');
    const [volume] = (await pool?.volumes()) ?? [];
    expect([volume?.name, await volume?.path(), await volume?.info()]).toEqual([
      'disk.img',
      '/run/pool/disk.img',
      { type: 'file', capacity: 65536, allocation: 65536 },
    ]);

    const file = inside('/run/net.xml');
    await writeFile(file, "<network><name>private</name><bridge name='virbr7'/></network>");
    await virsh(daemon, 'net-define', file);
    const [network] = await connection.networks();
    expect([network?.name, await network?.active()]).toEqual(['private', false]);
    expect(await network?.xml()).toContain("<bridge name='virbr7'");
  });

  test('addresses are those that virsh sees', async () => {
    await using pretended = await connect({ socket: daemon.socket, uri: 'test:///default' });
    const vm = await pretended.createDomain(`
      <domain type='test'><name>leased</name><memory>1024</memory><os><type>hvm</type></os><devices>
        <interface type='network'><mac address='52:54:00:61:65:01'/><source network='default'/></interface>
      </devices></domain>`);
    const [first, ...others] = await vm.addresses('lease');
    expect(first).toMatchObject({ mac: '52:54:00:61:65:01', addresses: [{ family: 'ipv4' }] });
    expect(others).toEqual([]);
    const [address] = first?.addresses ?? [];
    const seen = await run('virsh', ['-c', `test+unix:///default?socket=${daemon.socket}`, 'domifaddr', 'leased']);
    expect(seen.stdout.split('\n')[2]?.trim().split(/ +/)).toEqual([
      first?.name,
      first?.mac,
      'ipv4',
      `${address?.address}/${address?.prefixLength}`,
    ]);
    await vm.destroy();
    await expect(vm.addresses('lease')).rejects.toMatchObject({ code: 'VIR_ERR_NO_DOMAIN', subject: 'leased' });
  });

  test('snapshots are made, found, reverted to and deleted', async () => {
    await using pretended = await connect({ socket: daemon.socket, uri: 'test:///default' });
    const vm = await pretended.domain('test');
    const first = await vm.createSnapshot('<domainsnapshot><name>first</name></domainsnapshot>');
    await vm.createSnapshot('<domainsnapshot><name>second</name></domainsnapshot>');
    expect((await vm.snapshots()).map(({ name }) => name).sort()).toEqual(['first', 'second']);
    await vm.suspend();
    await first.revert();
    expect(await vm.state()).toBe('running');
    expect(await (await vm.snapshot('second')).xml()).toContain('<parent>');
    await first.delete({ children: true });
    expect(
      (
        await run('virsh', ['-c', `test+unix:///default?socket=${daemon.socket}`, 'snapshot-list', 'test', '--name'])
      ).stdout.trim(),
    ).toBe('');
    await expect(vm.snapshot('first')).rejects.toThrow(expect.objectContaining({ code: 'VIR_ERR_NO_DOMAIN_SNAPSHOT' }));
  });
});
