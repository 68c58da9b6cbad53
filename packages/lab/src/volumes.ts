import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Desired, type DesiredGuest, diskPath } from '@kvm/host';
import { execa } from './execa.ts';
import { makeGuestRoot } from './guest-root.ts';
import { firstId } from './identity.ts';
import { machineFolder } from './keeper-script.ts';
import type { GuestKernel } from './kernel.ts';
import { mustRunAsKeeper } from './sandbox.ts';
import { type Holder, processNamespace } from './state.ts';

/** Below /tmp, which is the keeper's own; losetup leaves /tmp out of the path once the lab has ended. */
const volumeFolder = (lab: string): string => `/kvm-lab-volumes/${lab}.${processNamespace()}`;

/**
 * Attaches files to loop devices, and makes nodes of these for the lab's root. Arguments: the folder of the volume group, the
 * owner, and for each a file and a name. A process beside the keeper keeps the devices open, and each is to be freed at its last
 * close: when the lab ends, however it ends, the kernel frees them, and nothing in the lab frees them before, which could leave
 * its nodes to somebody else's image. It also keeps them locked, by which udevd knows not to look into them (systemd's "Locking Block
 * Device Access"): what a guest writes there does not become a link in /dev/disk, a volume group or an array of this machine.
 * Node's pipes are sockets, on which bash takes itself for rshd's and reads root's settings, unless it is told not to.
 */
const attachScript = `
set -eu
folder=$1 owner=$2
shift 2
mkdir -p "$folder"
while [ $# -gt 0 ]; do
  loop=$(losetup --find --show "$1")
  exec {held}<>"$loop"
  flock "$held"
  losetup --detach "$loop"
  mknod -m 660 "$folder/$2" b 7 "\${loop#/dev/loop}"
  chown "$owner" "$folder/$2"
  shift 2
done
chown "$owner" "$folder"
exec >/dev/null 2>&1 </dev/null
sleep infinity &
`;

/**
 * Makes the chosen guests' disks: sparse files in the lab's memory, as large as the inventory says, attached to loop
 * devices that the KVM host sees at the logical volumes' paths.
 */
export async function makeVolumes(
  desired: Desired,
  guests: readonly DesiredGuest[],
  kernel: GuestKernel,
  host: Holder,
): Promise<void> {
  const { name: lab, vg } = desired.inventory.host;
  const folder = `/proc/${host.keeper}/root/tmp${volumeFolder(lab)}`;
  await mkdir(folder, { recursive: true });
  const disks = guests.flatMap(({ guest }) =>
    guest.disks.map((disk) => ({ guest, disk, file: `${guest.name}.${disk.name}` })),
  );
  for (const { disk, file } of disks) {
    await writeFile(`${folder}/${file}`, '');
    await truncate(`${folder}/${file}`, disk.bytes);
  }
  for (const desiredGuest of guests) {
    const { guest } = desiredGuest;
    const first = guest.disks[0];
    if (first)
      await makeGuestRoot(desiredGuest, kernel, `${folder}/${guest.name}.${first.name}`, `${folder}/${guest.name}`);
  }
  const words = disks.flatMap(({ guest, disk, file }) => [
    `/tmp${volumeFolder(lab)}/${file}`,
    basename(diskPath(vg, guest.name, disk.name)),
  ]);
  const devices = `${machineFolder(host.name)}/root/dev/${vg}`;
  const argv = ['bash', '--norc', '-c', attachScript, 'attach', devices, `${firstId}:${firstId}`, ...words];
  await mustRunAsKeeper(host.keeper, argv);
}

/**
 * Waits until the loop devices of a lab that ended are free. The kernel frees them by itself, but for those of a lab that
 * was killed in the middle of {@link makeVolumes}.
 */
export async function freeLoops(lab: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const { stdout } = await execa('losetup', ['--list', '--noheadings', '--output', 'NAME,BACK-FILE'], {
      reject: false,
    });
    const ours = stdout.split('\n').filter((row) => row.includes(`${volumeFolder(lab)}/`));
    if (ours.length === 0) return;
    for (const row of ours) await execa('losetup', ['--detach', row.split(' ')[0] ?? ''], { reject: false });
    await sleep(50);
  }
}
