import type { FilesService } from '../declaration.ts';
import { type SetupPart, textFile } from '../machine-setup.ts';
import type { ClientView } from '../room.ts';
import { exportsFor } from './exports.ts';
import { idmap, mountOptions } from './nfs.ts';

/** autofs (auto.master(5), autofs(5)): mounted when someone looks, and taken down when nobody does. */
export function renderAutofs({ client, server, service, services }: ClientView<FilesService>): SetupPart {
  const direct = exportsFor(client.name, service).map(
    (each) => `${each.mount} -fstype=nfs4,${mountOptions(each)} ${server.fqdn}:${each.path}\n`,
  );
  return {
    packages: ['autofs', 'nfs-common'],
    files: [
      textFile('/etc/auto.master.d/kvm.autofs', '/- /etc/auto.kvm --timeout=300\n'),
      textFile('/etc/auto.kvm', `# Folders of ${server.fqdn}.\n${direct.join('')}`),
      idmap(services.domain),
    ],
    units: ['autofs.service'],
  };
}
