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
sync "$new"
mv -f "$new" "$hosts"
`;

/** Who asks a service by its servers' names: its clients, and a copy. */
function askers(name: ServiceName, services: SharedServices): { who: readonly string[]; servers: readonly string[] } {
  const service = services[name];
  if (service === undefined) return { who: [], servers: [] };
  const copy = 'replica' in service && service.replica !== undefined ? [service.replica] : [];
  return { who: [...service.clients.map(({ machine }) => machine), ...copy], servers: [service.server, ...copy] };
}

/** Machines that each machine has to find by their names, itself excepted. */
export function knownServers({ services, party }: Room): (machine: string) => readonly Party[] {
  const known = new Map<string, Set<string>>();
  for (const name of serviceNames) {
    const { who, servers } = askers(name, services);
    for (const machine of who) {
      const own = known.get(machine) ?? new Set();
      known.set(machine, own);
      for (const server of servers) if (server !== machine) own.add(server);
    }
  }
  return (machine) => [...(known.get(machine) ?? [])].map(party);
}

/** hosts(5): a machine finds its servers, and a copy of the directory, also while the server of names is away. */
export function renderHosts(servers: readonly Party[]): SetupPart[] {
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
