import type { FilesService } from '../declaration.ts';
import { type SetupPart, textFile } from '../machine-setup.ts';
import type { ServerView } from '../room.ts';
import { exportDiskFiles, exportDiskHandler } from './export-disk.ts';
import { allowed } from './exports.ts';
import { renderHomes } from './homes.ts';
import { idmap } from './nfs.ts';

/**
 * The kernel's NFS server (exports(5), nfs.conf(5)): version 4 only, each client by its address. There is no `fsid=0`:
 * below such a root the lists of clients are ignored. A client can make up file handles of everything on the file system
 * where an export lies, in the name of every user but root: so it lies on one of its own, or is not exported (`mountpoint`).
 */
export function renderNfsServer({ server, service, services, party }: ServerView<FilesService>): readonly SetupPart[] {
  const exports = service.exports.map((each) => {
    const options = `${each.readOnly ? 'ro' : 'rw'},sync,sec=sys,root_squash,no_subtree_check,mountpoint`;
    const clients = allowed(each, service).flatMap((name) => party(name).addresses);
    return `${each.path} ${clients.map((address) => `${address}(${options})`).join(' ')}\n`;
  });
  const disks = exportDiskHandler(service.exports);
  const nfs: SetupPart = {
    packages: ['nfs-kernel-server'],
    files: [
      ...exportDiskFiles(service.exports),
      textFile('/etc/exports.d/kvm.exports', `# What guests may mount, each by its address.\n${exports.join('')}`),
      textFile(
        '/etc/nfs.conf.d/kvm.conf',
        `[nfsd]
host=${server.addresses.join(',')}
udp=n
tcp=y
vers3=n
vers4=y
`,
      ),
      idmap(services.domain),
    ],
    // A folder that is there keeps the mode that its owner gave it.
    commands: [...service.exports.map(({ path }) => ['mkdir', '-p', path]), ...disks.commands, ['exportfs', '-ra']],
    started: disks.started,
    units: ['nfs-kernel-server.service'],
  };
  return [nfs, ...renderHomes(server.name, service, services)];
}
