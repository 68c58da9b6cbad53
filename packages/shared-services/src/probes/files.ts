import type { FilesService, Implementation } from '../declaration.ts';
import { exportsFor } from '../files/exports.ts';
import type { ClientView } from '../room.ts';
import type { ServerProbeView, ServiceProbe } from './probe.ts';

/** Mounts a folder for a moment, out of everyone's way. */
const mountScript = `folder=$(mktemp -d /run/kvm-doctor.XXXXXX) || exit
mount -t nfs4 -o ro,vers=4.2,sec=sys,soft,timeo=30,retry=0 "$1" "$folder"
code=$?
[ "$code" != 0 ] || umount "$folder"
rmdir "$folder"
exit "$code"`;

/** Whether an export is the root of a file system that is not the machine's own. */
const volumeScript = `mountpoint -q "$1" || { echo "$1 is a folder of this machine's own file system" >&2; exit 1; }
[ "$(stat -c %d "$1")" != "$(stat -c %d /)" ] || { echo "$1 is this machine's own file system" >&2; exit 1; }`;

/** What the server itself has to be asked: a client cannot see what it could make up. */
export const fileServerProbes = ({ server, service }: ServerProbeView<FilesService>): ServiceProbe[] =>
  service.exports.map(({ path }) => ({
    claim: `${server.name} has ${path} on a file system of its own`,
    command: ['sh', '-c', volumeScript, 'probe', path],
    expects: 'success',
    remedy: `Nothing is exported there until a volume is mounted on ${path}: \`kvmctl apply\`, start ${server.name} anew, then \`kvmctl services apply ${server.name}\`.`,
  }));

export function fileProbes(
  { client, server, service }: ClientView<FilesService>,
  program: Implementation<'files'>,
): ServiceProbe[] {
  const own = exportsFor(client.name, service);
  const foreign = service.exports.filter((each) => !own.includes(each)).map(({ path }) => path);
  const unit = { autofs: 'autofs', systemd: '*.automount' }[program];
  return [
    ...own.map(
      ({ mount }): ServiceProbe => ({
        claim: `${client.name} has ${mount} when someone looks`,
        // The slash at the end has it mounted.
        command: ['stat', '-f', '-c', '%T', `${mount}/`],
        expects: 'success',
        prints: /^nfs/m,
        remedy: `On ${client.name}, \`systemctl status '${unit}'\` says why; \`kvmctl doctor ${server.name}\` whether there is a volume to export.`,
      }),
    ),
    // What nobody may have is refused to everybody.
    ...[...foreign, '/etc'].map(
      (path): ServiceProbe => ({
        claim: `${server.fqdn} does not give ${path} to ${client.name}`,
        command: ['sh', '-c', mountScript, 'probe', `${server.fqdn}:${path}`],
        expects: 'refusal',
        prints: /access denied|no such file|not permitted|denied by server/i,
        remedy: `On ${server.name}, \`exportfs -v\`: each folder must be exported to its guests by their addresses, and none as fsid=0.`,
      }),
    ),
  ];
}
