import type { FilesService } from '../declaration.ts';
import { type SetupPart, textFile } from '../machine-setup.ts';
import type { ClientView } from '../room.ts';
import { exportsFor } from './exports.ts';
import { idmap, mountOptions } from './nfs.ts';
import { unitName } from './unit-name.ts';

/** systemd.automount(5): the same as a line of fstab with x-systemd.automount, in files of its own. */
export function renderSystemdAutomount({ client, server, service, services }: ClientView<FilesService>): SetupPart {
  const exports = exportsFor(client.name, service);
  const files = exports.flatMap((each) => {
    const unit = unitName(each.mount);
    return [
      textFile(
        `/etc/systemd/system/${unit}.mount`,
        `[Unit]
Description=${each.name} of ${server.fqdn}

[Mount]
What=${server.fqdn}:${each.path}
Where=${each.mount}
Type=nfs4
Options=${mountOptions(each)}
`,
      ),
      textFile(
        `/etc/systemd/system/${unit}.automount`,
        `[Unit]
Description=${each.name} of ${server.fqdn}, when someone looks

[Automount]
Where=${each.mount}
TimeoutIdleSec=300

[Install]
WantedBy=multi-user.target
`,
      ),
    ];
  });
  return {
    packages: ['nfs-common'],
    files: [...files, idmap(services.domain)],
    commands: [['systemctl', 'daemon-reload']],
    units: exports.map(({ mount }) => `${unitName(mount)}.automount`),
  };
}
