import { dirname } from 'node:path';
import type { Desired } from '@kvm/host';
import type { Accelerator } from './accelerator.ts';
import type { GuestKernel } from './kernel.ts';
import type { Holder } from './processes.ts';
import { mustExecIn, writeFileIn } from './sandbox.ts';

/** The rendered scripts and settings of the lab's KVM host. */
export async function writeHostFiles(host: Holder, { files }: Desired): Promise<void> {
  for (const file of files) {
    await writeFileIn(host, file);
    if (file.path.startsWith('/etc/sysctl.d/')) await mustExecIn(host, ['sysctl', '-qp', file.path]);
  }
}

/**
 * Puts the guests' kernel where the inventory has it.
 *
 * @returns the path on the host of the guests' initramfs.
 */
export async function installKernel(
  host: Holder,
  desired: Desired,
  kernel: GuestKernel,
  accelerator: Accelerator,
): Promise<string> {
  const { kernel: kernelPath, initrd = '/boot/kvm-lab-initrd.img', emulator } = desired.inventory.host;
  await mustExecIn(host, ['install', '-D', '-m', '644', kernel.kernel, kernelPath]);
  await mustExecIn(host, ['install', '-D', '-m', '644', kernel.initrd, initrd]);
  if (accelerator === 'tcg') {
    // Debian's /usr/bin/kvm insists on KVM.
    await mustExecIn(host, ['mkdir', '-p', dirname(emulator)]);
    await mustExecIn(host, ['ln', '-sf', '/usr/bin/qemu-system-x86_64', emulator]);
  }
  return initrd;
}
