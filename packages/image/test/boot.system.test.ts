import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { needs } from '@kvm/ci/needs';
import { runHere, startProgram } from '@kvm/command';
import { guestKernel } from '@kvm/lab';
import { afterAll, describe, expect, test } from 'vitest';
import { debianRecipe, renderIdentity } from '../src/index.ts';
import { fillVolumes, makeGolden } from '../src/run/index.ts';
import { sh } from './tiny-system.ts';

/** Kept between runs, like the lab's kernel: nothing but what Debian's mirror has, too. */
const cache = '/var/cache/kvm-tests/images';

describe.skipIf(needs('root', 'losetup', 'mmdebstrap', 'zstd', 'qemu-system-x86_64', 'ssh-keyscan'))(
  'debian-12',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'kvm-boot-'));
    afterAll(() => rmSync(folder, { recursive: true }));

    test('filled into volumes, boots by the host kernel, and shows the host key that was made for it', async () => {
      const runner = { run: runHere };
      const tarball = await makeGolden(debianRecipe('debian-12'), runner, cache);
      expect(await makeGolden(debianRecipe('debian-12'), { run: () => runHere(['true']) }, cache)).toBe(tarball);
      const mounts = ['/', '/var', 'swap'] as const;
      const images = mounts.map((_, index) => join(folder, `${index}.img`));
      const devices = images.map((image) => sh('truncate -s 512M "$1" && losetup --find --show "$1"', image));
      const fileSystems = mounts.map((mount, index) => ({
        mount,
        uuid: `${index}1111111-1111-4111-8111-111111111111`,
      }));
      const identity = renderIdentity({
        ...{ name: 'web', domain: 'home.example', uuid: '4dea22b3-1d52-d8f3-2516-782e98ab3fa0', fileSystems },
        ...{ hosts: [], nameservers: [], keys: [] },
        files: [
          {
            path: '/etc/network/interfaces',
            mode: 0o644,
            // What QEMU's own network gives a guest.
            content: 'auto eth0\niface eth0 inet static\n    address 10.0.2.15/24\n    gateway 10.0.2.2\n',
          },
          {
            path: '/etc/systemd/network/10-eth0.link',
            mode: 0o644,
            content: '[Match]\nType=ether\n[Link]\nName=eth0\n',
          },
        ],
      });
      const volumes = fileSystems.map((each, index) => ({
        ...{ ...each, device: devices[index] ?? '', bytes: 512 * 2 ** 20, isUnfinished: false },
      }));
      const key = await fillVolumes({ name: 'web', volumes, tarball, identity }, runner).finally(() => {
        for (const device of devices) sh('losetup --detach "$1"', device);
      });
      const kernel = await guestKernel(() => undefined);
      const [console, port] = [join(folder, 'console'), 20_000 + (process.pid % 10_000)];
      const qemu = startProgram(
        [
          'qemu-system-x86_64',
          ...['-accel', 'tcg', '-cpu', 'max', '-m', '512', '-nodefaults'],
          ...['-display', 'none', '-no-reboot', '-serial', `file:${console}`],
          ...['-kernel', kernel.kernel, '-initrd', kernel.initrd, '-append', 'root=/dev/vda console=ttyS0'],
          ...images.flatMap((image) => ['-drive', `file=${image},format=raw,if=virtio,cache=unsafe`]),
          ...[
            '-netdev',
            `user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:${port}-:22`,
            '-device',
            'virtio-net-pci,netdev=net',
          ],
        ],
        { stdio: 'ignore' },
      );
      try {
        let shown = '';
        while (!shown.includes(key) && qemu.exitCode === null) {
          await sleep(500);
          const { stdout } = await runHere([
            'ssh-keyscan',
            '-T',
            '5',
            '-t',
            'ed25519',
            '-p',
            String(port),
            '127.0.0.1',
          ]);
          shown = stdout;
        }
        expect(shown).toContain(key);
        const text = (): string => (existsSync(console) ? readFileSync(console, 'utf8') : '');
        while (!text().includes('web login:') && qemu.exitCode === null) await sleep(500);
        expect(text()).toContain('Debian GNU/Linux 12 web ttyS0');
        expect(text()).not.toMatch(/FAILED|Timed out waiting|DEPEND/);
      } finally {
        qemu.kill('SIGKILL');
      }
    });
  },
);
