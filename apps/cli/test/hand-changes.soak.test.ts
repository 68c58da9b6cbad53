import { needs } from '@kvm/ci/needs';
import { expect, test } from 'vitest';
import { handChanges } from './hand-changes.ts';
import { ChangedHost } from './hand-changes-on-host.ts';

test.skipIf(needs('root', 'libvirtd', 'qemu-system-x86_64', 'nft', 'virsh'))(
  `drift shows each of ${handChanges.length} changes by hand, and nothing once it is taken back`,
  async () => {
    await using host = await ChangedHost.start();
    expect(await host.tryAll(handChanges)).toEqual([]);
  },
  handChanges.length * 60_000,
);
