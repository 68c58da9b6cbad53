import type { Export } from '../declaration.ts';
import { type ServiceFile, type SetupPart, scriptFile, textFile } from '../machine-setup.ts';
import { unitName } from './unit-name.ts';

const scriptPath = '/etc/kvm/files/make-file-system';

/**
 * Makes what an export lies on, once: a disk that says anything, and a folder that holds something, are left as they are. An
 * unformatted logical volume begins with 4 KiB of zeros (lvcreate(8), --zero).
 */
const script = `#!/bin/sh
# Makes a file system on the disk of an export, when it has none. Run as root; safe to run again.
# Arguments: the disk's serial number, and where it is to be mounted.
set -eu
stop() { echo "$*" >&2; exit 1; }
device=
for file in /sys/block/*/serial; do
  [ "$(cat "$file")" != "$1" ] || { device=\${file%/serial}; device=/dev/\${device##*/}; }
done
[ -n "$device" ] || stop "there is no disk $1 yet: \`kvmctl apply\` gives it to the guest, which then has to be started anew"
mkdir -p "$2"
if ! mountpoint -q "$2" && [ -n "$(ls -A "$2")" ]; then
  stop "$2 holds files that the disk $1 would cover: move them aside (mv $2 $2.old), run this again, and copy them back"
fi
if blkid -p "$device" >/dev/null; then exit 0; fi
cmp -s -n 4096 "$device" /dev/zero || stop "the disk $1 ($device) holds something that is no file system: nothing was made on it"
mkfs.ext4 -q -m 0 "$device"
`;

const unitOf = ({ path }: Export): string => `${unitName(path)}.mount`;

/** systemd.mount(5), by the name that udev gives the disk. A machine without its disk starts all the same. */
const mountUnit = (each: Export, disk: string): ServiceFile =>
  textFile(
    `/etc/systemd/system/${unitOf(each)}`,
    `[Unit]
Description=The export ${each.name}, on a file system of its own

[Mount]
What=/dev/disk/by-id/virtio-${disk}
Where=${each.path}
Type=ext4
Options=nodev,nosuid,noexec

[Install]
WantedBy=multi-user.target
`,
  );

/** The exports whose disks are known, those of one folder once. */
const onDisks = (exports: readonly Export[]): (Export & { readonly disk: string })[] => [
  ...new Map(
    exports.flatMap((each) => (each.disk === undefined ? [] : [[each.path, { ...each, disk: each.disk }]])),
  ).values(),
];

/** What mounts the exports whose disks are known. */
export function exportDiskFiles(exports: readonly Export[]): ServiceFile[] {
  const units = onDisks(exports).map(({ disk, ...each }) => mountUnit(each, disk));
  return units.length === 0 ? [] : [scriptFile(scriptPath, script), ...units];
}

/** Once the files are there. A mounted one stays mounted: a restart of its unit would take it from its clients. */
export function exportDiskHandler(exports: readonly Export[]): Required<Pick<SetupPart, 'commands' | 'started'>> {
  const known = onDisks(exports);
  const started = known.map(unitOf);
  if (known.length === 0) return { commands: [], started };
  return {
    commands: [
      ...known.map(({ disk, path }) => [scriptPath, disk, path]),
      ['systemctl', 'daemon-reload'],
      ['systemctl', 'start', ...started],
    ],
    started,
  };
}
