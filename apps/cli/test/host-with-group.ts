import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PrivateLvm } from '@kvm/ci/private-lvm';
import { BareHost } from './bare-host.ts';

/**
 * Gives each volume of the group a device. LVM without device-mapper makes none: it is one of those that the lab has made, the one
 * of the volume's name or any other, and it is the volume's whatever that is called later.
 */
const volumeDevices = `#!/bin/sh
set -eu
exec 9>/run/volume-devices
flock 9
cd /dev/vg
/usr/sbin/lvs --noheadings -o lv_uuid,lv_name,lv_role vg | grep -v private >/run/volumes || :
while read -r uuid name rest; do
  if [ ! -e ".by-uuid/$uuid" ]; then
    if [ -e ".spare/$name" ]; then spare=$name; else spare=$(ls .spare | grep -m1 ^spare); fi
    mv ".spare/$spare" ".by-uuid/$uuid"
  fi
  [ "$name" -ef ".by-uuid/$uuid" ] || ln -f ".by-uuid/$uuid" "$name"
done </run/volumes
for name in *; do grep -q " $name " /run/volumes || rm -f "$name"; done
for uuid in $(ls .by-uuid); do grep -q "$uuid" /run/volumes || rm ".by-uuid/$uuid"; done
`;

const prepare = (conf: string): string => `set -e
mkdir /dev/vg/.by-uuid /dev/vg/.spare /run/lvm-locks
mv /dev/vg/*.* /dev/vg/.spare
cat >/etc/lvm/lvm.conf <<'END'
${conf}
END
cd /usr/local/sbin
cat >volume-devices <<'END'
${volumeDevices}
END
for command in lvcreate lvrename lvremove; do
  printf '#!/bin/sh\\n/usr/sbin/%s "$@" || exit\\nexec /usr/local/sbin/volume-devices\\n' $command >$command
  chmod 755 $command volume-devices
done
`;

/** Devices of guests that the inventory does not have, for volumes that are made later. */
const spareGuests = 5;
const spareDisks = Array.from({ length: 23 }, (_, disk) => `d${disk}: 64 MiB`).join(', ');

/**
 * A lab's host on which LVM has a volume group `vg`: real metadata on disks of its own, which everybody changes by LVM's own
 * commands. What a volume holds lies on a device that stays with it, not where the metadata say.
 */
export class HostWithGroup implements AsyncDisposable {
  readonly host: BareHost;
  readonly lvm: PrivateLvm;

  private constructor(host: BareHost, lvm: PrivateLvm) {
    this.host = host;
    this.lvm = lvm;
  }

  /** @param text an inventory whose last key is `guests`, indented by two: each finds a system on its first disk */
  static async start(text: string): Promise<HostWithGroup> {
    const spare = Array.from(
      { length: spareGuests },
      (_, index) => `  spare${index}: { vmid: ${4000 + index}, disks: { ${spareDisks} } }\n`,
    );
    const lvm = await PrivateLvm.start(16);
    const host = await BareHost.start(`${text}${spare.join('')}`);
    const { keeper, name } = host.lab.host;
    const dev = `/proc/${keeper}/root/tmp/machines/${name}/root/dev`;
    const { uid, gid } = statSync(join(dev, 'vg'));
    for (const disk of lvm.disks) {
      const node = join(dev, disk.replace('/dev/', ''));
      execFileSync('mknod', ['-m', '660', node, 'b', '7', disk.replace('/dev/loop', '')]);
      execFileSync('chown', [`${uid}:${gid}`, node]);
    }
    const made = new HostWithGroup(host, lvm);
    const conf = await readFile(join(lvm.folder, 'etc/lvm.conf'), 'utf8');
    await made.must(prepare(conf.replace(/locking_dir = "[^"]*"/, 'locking_dir = "/run/lvm-locks"')));
    return made;
  }

  /** A script on the host that must succeed. @returns what it printed */
  async must(script: string): Promise<string> {
    const { exitCode, stdout, stderr } = await this.host.sh(script);
    if (exitCode !== 0) throw new Error(`${script}\nended with ${exitCode}: ${stderr}${stdout}`);
    return stdout;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.host[Symbol.asyncDispose]();
    await this.lvm[Symbol.asyncDispose]();
  }
}
