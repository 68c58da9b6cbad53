import type { FilesService, Implementation } from '../declaration.ts';
import { exportsFor } from '../files/exports.ts';
import type { ClientView } from '../room.ts';
import type { ServiceProbe } from './probe.ts';

/** Mounts a folder for a moment, out of everyone's way. */
const mountScript = `folder=$(mktemp -d /run/kvm-doctor.XXXXXX) || exit
mount -t nfs4 -o ro,vers=4.2,sec=sys,soft,timeo=30,retry=0 "$1" "$folder"
code=$?
[ "$code" != 0 ] || umount "$folder"
rmdir "$folder"
exit "$code"`;

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
        remedy: `On ${client.name}, \`systemctl status '${unit}'\` says why; on ${server.name}, \`exportfs -v\`.`,
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
