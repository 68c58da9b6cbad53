import type { DnsService } from '../declaration.ts';
import { OURS, REPLACED, type SetupPart, scriptFile, textFile } from '../machine-setup.ts';
import type { ClientView } from '../room.ts';
import { nameServers } from './name-servers.ts';

const scriptPath = '/etc/kvm/names/use-stub';

/** Debian's package makes the link itself; elsewhere, or since, somebody may have written a file there. */
const script = `#!/bin/sh
# Leads /etc/resolv.conf to systemd-resolved. Run as root; safe to run again. What was there is kept as a copy.
# With the word check it only says whether somebody has led it elsewhere; with remove, what was there before comes back.
set -eu
file=/etc/resolv.conf stub=../run/systemd/resolve/stub-resolv.conf before=/etc/kvm/names/resolv.conf.before
there() { [ -e "$1" ] || [ -L "$1" ]; }
leads() { [ "$(readlink "$file")" = "$stub" ]; }
case \${1:-put} in
  check)
    leads || echo "$file: somebody has led it away from systemd-resolved"
    ;;
  remove)
    if leads && there "$before"; then mv -fT "$before" "$file"; else rm -f "$before"; fi
    ;;
  put)
    leads && exit
    if there "$file"; then
      copy=${REPLACED}$file number=1
      while there "$copy.$number"; do number=$((number + 1)); done
      (umask 022; mkdir -p ${OURS}; umask 077; mkdir -p "\${copy%/*}")
      cp -pP "$file" "$copy.$number"
      there "$before" || cp -pP "$file" "$before"
    fi
    ln -sfn "$stub" "$file"
    ;;
esac
`;

/** resolved.conf(5). */
export const renderSystemdResolved = ({ services }: ClientView<DnsService>): readonly SetupPart[] => [
  {
    packages: ['systemd-resolved'],
    files: [
      textFile(
        '/etc/systemd/resolved.conf.d/kvm.conf',
        `[Resolve]
DNS=${nameServers(services).join(' ')}
FallbackDNS=
Domains=${services.domain} ~.
LLMNR=no
MulticastDNS=no
`,
      ),
    ],
    units: ['systemd-resolved.service'],
    own: ['systemd-resolved.service'],
  },
  {
    files: [scriptFile(scriptPath, script)],
    commands: [[scriptPath]],
    check: [scriptPath, 'check'],
    undo: [scriptPath, 'remove'],
  },
];
