import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { needs } from '@kvm/ci/needs';
import { connect } from '@kvm/libvirt';
import { describe, expect, onTestFinished, test } from 'vitest';
import { bundle, exampleFolder, userEnvironment } from './bundled.ts';
import { startPrivateLibvirtd } from './private-libvirtd.ts';
import { promtool } from './promtool.ts';
import { temporaryFolder } from './temporary-folder.ts';

describe.skipIf(needs('root', 'unshare', 'ip', 'libvirtd', 'qemu-system-x86_64'))('metrics', () => {
  test('promtool finds nothing to say of them', async () => {
    await using libvirtd = await startPrivateLibvirtd();
    await using connection = await connect({ uri: libvirtd.uri });
    const disk = join(temporaryFolder(), 'disk');
    writeFileSync(disk, Buffer.alloc(65_536));
    await connection.createDomain(`
      <domain type='qemu'><name>db</name><memory unit='MiB'>32</memory><os><type>hvm</type></os><devices>
        <disk type='file'><source file='${disk}'/><target dev='vda' bus='virtio'/></disk>
        <interface type='ethernet'><target dev='tun61'/></interface>
      </devices></domain>`);
    const child = spawn(bundle, ['top', '--connect', libvirtd.uri, '--prometheus', '127.0.0.1:0'], {
      cwd: exampleFolder,
      env: userEnvironment(),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    onTestFinished(() => {
      child.kill();
    });
    const [line] = await once(createInterface({ input: child.stderr }), 'line');
    const metrics = await (await fetch(/http:\S+/.exec(line)?.[0] ?? '')).text();
    for (const family of ['cpu_seconds_total', 'network_receive_bytes_total', 'disk_read_bytes_total'])
      expect(metrics).toContain(`\nkvm_guest_${family}{guest="db"`);
    const { status, stdout, stderr } = spawnSync(promtool(), ['check', 'metrics'], {
      input: metrics,
      encoding: 'utf8',
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  });
});
