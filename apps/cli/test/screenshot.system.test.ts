import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { needs } from '@kvm/ci/needs';
import { connect } from '@kvm/libvirt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kvmctl } from './bundled.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from './private-libvirtd.ts';
import { temporaryFolder } from './temporary-folder.ts';

const png = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

describe.skipIf(needs('root', 'unshare', 'ip', 'libvirtd', 'qemu-system-x86_64'))('screenshot', () => {
  let libvirtd: PrivateLibvirtd;
  beforeAll(async () => {
    libvirtd = await startPrivateLibvirtd();
    await using connection = await connect({ uri: libvirtd.uri });
    for (const name of ['public', 'twin', '66'])
      await connection.defineDomain(`
        <domain type='qemu'>
          <name>${name}</name>
          <metadata><k:guest xmlns:k='urn:kvmctl:guest:1' vmid='${name === 'public' ? 65 : 66}'/></metadata>
          <memory unit='MiB'>32</memory>
          <os><type>hvm</type></os>
          <devices><video><model type='vga'/></video></devices>
        </domain>`);
    await (await connection.domain('public')).start();
  });
  afterAll(() => libvirtd[Symbol.asyncDispose]());
  const screenshot = (argv: readonly string[], folder = temporaryFolder()) =>
    kvmctl(['screenshot', '--connect', libvirtd.uri, ...argv], { cwd: folder });

  test('of a guest by its VMID, into a file of its name, once', () => {
    const folder = temporaryFolder();
    expect(screenshot(['65'], folder)).toMatchObject({ status: 0, stdout: 'wrote public.png\n', stderr: '' });
    const picture = readFileSync(join(folder, 'public.png'));
    expect(picture.subarray(0, png.length)).toEqual(png);
    const { status, stderr } = screenshot(['65'], folder);
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr:
        'kvmctl: public.png is there already and stays as it is. Name another file: kvmctl screenshot GUEST FILE\n',
    });
    expect(readFileSync(join(folder, 'public.png'))).toEqual(picture);
  });

  test('to standard output', () => {
    expect(screenshot(['public', '-']).stdout).toContain('PNG');
  });

  test.each([
    ['nobody', 'there is no domain "nobody", by name or VMID. `kvmctl list` shows those there are.'],
    ['64', 'there is no domain "64", by name or VMID. `kvmctl list` shows those there are.'],
    ['66', '66 is the name of one domain and the VMID of another: twin.'],
    ['public none/picture', 'none/picture cannot be written: no such file or directory.'],
  ])('%s: tells what is wrong, and leaves nothing', (argv, message) => {
    const folder = temporaryFolder();
    const { status, stdout, stderr } = screenshot(argv.split(' '), folder);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain(message);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a VMID that two have is not guessed', async () => {
    await using connection = await connect({ uri: libvirtd.uri });
    await (await connection.domain('66')).undefine();
    await connection.defineDomain(
      (await (await connection.domain('twin')).xml()).replace('twin', 'other').replace(/<uuid>.*<\/uuid>/, ''),
    );
    expect(screenshot(['66']).stderr).toMatch(
      /VMID 66 is that of several domains: (other, twin|twin, other)\. Name one of them\./,
    );
  });
});
