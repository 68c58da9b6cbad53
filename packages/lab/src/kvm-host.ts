import { dirname } from 'node:path';
import { BARRIER, renderBootFiles } from '@kvm/firewall';
import type { Desired } from '@kvm/host';
import type { Accelerator } from './accelerator.ts';
import type { GuestKernel } from './kernel.ts';
import { mustExecIn, writeFileIn } from './sandbox.ts';
import type { Holder } from './state.ts';

/** The rendered scripts and settings of the lab's KVM host, and its firewall. */
export async function writeHostFiles(host: Holder, desired: Desired): Promise<void> {
  for (const file of desired.files) {
    await writeFileIn(host, file);
    if (file.path.startsWith('/etc/sysctl.d/')) await mustExecIn(host, ['sysctl', '-qp', file.path]);
  }
  await loadFirewall(host, desired);
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

/** Runs the programs that the host's unit would run at boot. */
async function loadFirewall(host: Holder, { policy, inventory }: Desired): Promise<void> {
  if (policy === undefined) return;
  const [program, ...files] = renderBootFiles(policy, inventory.host.firewall);
  if (program === undefined) return;
  for (const file of [program, ...files]) await writeFileIn(host, file);
  await mustExecIn(host, [BARRIER, 'on']);
  await mustExecIn(host, [program.path]);
}
