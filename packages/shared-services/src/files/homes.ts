import { people } from '../auth/distinguished-name.ts';
import type { FilesService, SharedServices } from '../declaration.ts';
import { type SetupPart, scriptFile, textFile } from '../machine-setup.ts';

const scriptPath = '/etc/kvm/files/make-homes';

/**
 * What lies in an export is other machines' to write, under any name but root's: so a home is made only right below an export
 * where nobody else may write, is complete before it has its name, and is filled in its owner's name.
 */
const script = (base: string, firstId: number, places: readonly (readonly [mount: string, path: string])[]): string =>
  `#!/bin/sh
# Makes a home for each person of the directory whose homeDirectory lies in an export, once: guests' root cannot, being nobody
# here. Run as root on the server of both; safe to run again.
set -u
ldapsearch -Q -LLL -o ldif-wrap=no -Y EXTERNAL -H ldapi:/// -b '${people(base)}' '(objectClass=posixAccount)' \\
  uidNumber gidNumber homeDirectory |
  awk '
    function tell() { if (home != "" && uid != "" && gid != "") print uid, gid, home; home = uid = gid = "" }
    /^$/ { tell() }
    /^uidNumber: / { uid = $2 }
    /^gidNumber: / { gid = $2 }
    /^homeDirectory: / { home = substr($0, 16) }
    END { tell() }' |
  {
    code=0
    while read -r uid gid home; do
      case $uid$gid in *[!0-9]*) continue ;; esac
      [ "$uid" -ge ${firstId} ] && [ "$gid" -ge 1 ] || continue
      case $home in
${places.map(([mount, path]) => `        ${mount}/*) name=\${home#${mount}/} path=${path} ;;\n`).join('')}        *) continue ;;
      esac
      case $name in '' | .* | *[!A-Za-z0-9._-]*) continue ;; esac
      [ ! -e "$path/$name" ] && [ ! -L "$path/$name" ] && mountpoint -q "$path" || continue
      case $(stat -c '%u %A' "$path") in
        '0 d'????-??-?) ;;
        *) echo "$path: others than root may write there, who could lead a home elsewhere: chmod go-w, chown root" >&2; code=1; continue ;;
      esac
      new="$path/.kvm-home.$name"
      rm -rf "$new"
      mkdir -m 0700 "$new" && chown "$uid:$gid" "$new" &&
        setpriv --reuid "$uid" --regid "$gid" --clear-groups cp -r /etc/skel/. "$new/" &&
        mv -T "$new" "$path/$name" || code=1
    done
    exit "$code"
  }
`;

/**
 * Homes in exports, made on the server within a minute, where it has the directory itself to ask: by whoever's root a guest would
 * make them, it is nobody there.
 */
export function renderHomes(server: string, { exports }: FilesService, { auth }: SharedServices): SetupPart[] {
  const places = exports.flatMap(({ mount, path, readOnly }) => (readOnly ? [] : [[mount, path] as const]));
  if (auth === undefined || places.length === 0 || (auth.server !== server && auth.replica !== server)) return [];
  return [
    {
      packages: ['ldap-utils'],
      files: [
        scriptFile(scriptPath, script(auth.base, auth.firstId, places)),
        textFile(
          '/etc/systemd/system/kvm-homes.service',
          `[Unit]
Description=Homes of new people

[Service]
Type=oneshot
ExecStart=${scriptPath}
LogLevelMax=notice
`,
        ),
        textFile(
          '/etc/systemd/system/kvm-homes.timer',
          `[Unit]
Description=Homes of new people, every minute

[Timer]
OnBootSec=30s
OnUnitInactiveSec=1min
AccuracySec=5s

[Install]
WantedBy=timers.target
`,
        ),
      ],
      commands: [['systemctl', 'daemon-reload']],
      units: ['kvm-homes.timer'],
    },
  ];
}
