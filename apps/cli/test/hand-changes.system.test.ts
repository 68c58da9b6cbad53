import { needs } from '@kvm/ci/needs';
import { expect, test } from 'vitest';
import { handChanges } from './hand-changes.ts';
import { ChangedHost } from './hand-changes-on-host.ts';

const sample = handChanges.filter((_, index) => index % 9 === 0);

test.skipIf(needs('root', 'libvirtd', 'qemu-system-x86_64', 'nft', 'virsh'))(
  'drift shows what somebody changes by hand, and nothing once it is taken back',
  async () => {
    await using host = await ChangedHost.start();
    expect(await host.tryAll(sample)).toEqual([]);
  },
);
