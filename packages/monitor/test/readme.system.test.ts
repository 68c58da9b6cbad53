import { join } from 'node:path';
import { startDaemon } from '@kvm/ci/libvirt-daemon';
import { needs } from '@kvm/ci/needs';
import { readExamples, runExample } from '@kvm/ci/readme';
import { connect } from '@kvm/libvirt';
import { describe, expect, test } from 'vitest';

const readme = join(import.meta.dirname, '../README.md');
const [exporter] = readExamples(readme, 'ts system');

describe.skipIf(needs('root', 'unshare', 'libvirtd', 'qemu-system-x86_64'))('README.md', () => {
  test('the exporter serves what libvirtd and the kernel count', async () => {
    await using daemon = await startDaemon();
    await using connection = await connect({ socket: daemon.socket });
    await connection.createDomain(`
      <domain type='qemu'><name>db</name><memory unit='MiB'>32</memory><os><type>hvm</type></os><devices>
        <interface type='ethernet'><target dev='tun61'/></interface>
      </devices></domain>`);
    const through = ['nsenter', '--target', `${daemon.namespaces}`, '--mount', '--net'];
    expect(await runExample(exporter?.code ?? '', readme, through)).toBe(exporter?.output);
  });
});
