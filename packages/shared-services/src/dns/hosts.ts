import { type ServiceName, type SharedServices, serviceNames } from '../declaration.ts';
import { type SetupPart, scriptFile, textFile } from '../machine-setup.ts';
import type { Party, Room } from '../room.ts';

const folder = '/etc/kvm/names';

/**
 * Other people and programs write to /etc/hosts, too: ours is the part between two lines. Without the second one, nothing behind
 * the first is taken for ours.
 */
const script = `#!/bin/sh
# Keeps a part of /etc/hosts as ${folder}/hosts has it. Run as root; safe to run again.
# With the word check it only says whether somebody has changed the part; with remove it takes the part out.
set -eu
begin='# BEGIN kvmctl: servers of the shared services' end='# END kvmctl'
hosts=$(readlink -f /etc/hosts)
[ -e "$hosts" ] || (umask 022; : >"$hosts")
ours() { echo "$begin"; cat ${folder}/hosts; echo "$end"; }
part() { awk -v begin="$begin" -v end="$end" '$0 == begin { on = 1 } on { print } $0 == end { on = 0 }' "$hosts"; }
others() {
  awk -v begin="$begin" -v end="$end" '
    $0 == begin { on = 1; held = ""; next }
    on && $0 == end { on = 0; next }
    on { held = held $0 "\\n"; next }
    { print }
    END { if (on) printf "%s", held }' "$hosts"
}
case \${1:-put} in
  check)
    [ "$(part)" = "$(ours)" ] || echo "/etc/hosts: somebody has changed or removed kvmctl's part"
    exit
    ;;
  put)
    [ "$(part)" != "$(ours)" ] || exit 0
    ;;
esac
new="\${hosts%/*}/.hosts.kvmctl-new"
cp -p "$hosts" "$new"
others >"$new"
[ "\${1:-put}" = remove ] || ours >>"$new"
mv -f "$new" "$hosts"
`;

/** Machines that a machine asks by their names for one of the services. */
function serversOf(name: ServiceName, machine: string, services: SharedServices): readonly string[] {
  const service = services[name];
  if (service === undefined) return [];
  const replica = 'replica' in service ? service.replica : undefined;
  const asks = replica === machine || service.clients.some((client) => client.machine === machine);
  return asks ? [service.server, ...(replica === undefined ? [] : [replica])] : [];
}

/** Machines that a machine has to find by their names, itself excepted. */
export const knownServers = ({ services, party }: Room, machine: string): readonly Party[] =>
  [...new Set(serviceNames.flatMap((name) => serversOf(name, machine, services)))]
    .filter((name) => name !== machine)
    .map(party);

/** hosts(5): a machine finds its servers, and a copy of the directory, also while the server of names is away. */
export function renderHosts(room: Room, machine: string): SetupPart[] {
  const servers = knownServers(room, machine);
  if (servers.length === 0) return [];
  const lines = servers.flatMap(({ name, fqdn, addresses }) =>
    addresses.map((address) => `${address} ${fqdn} ${name}\n`),
  );
  return [
    {
      files: [textFile(`${folder}/hosts`, lines.join('')), scriptFile(`${folder}/put`, script)],
      commands: [[`${folder}/put`]],
      check: [`${folder}/put`, 'check'],
      undo: [`${folder}/put`, 'remove'],
    },
  ];
}
