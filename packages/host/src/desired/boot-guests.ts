import type { Guest } from '@kvm/inventory';
import type { RenderedText } from '@kvm/netplan';
import { inStartOrder } from './start-order.ts';

/** What starts and stops the guests with the host. */
const program = '/etc/kvm/boot-guests';
export const guestsUnit = 'kvm-guests.service';

/** How long a guest may take to shut down when the host stops, in seconds. */
const stopSeconds = 180;

/** The files by which guests start and stop with the host in their order, which libvirtd does not know. */
export function renderBootGuests(guests: readonly Guest[]): readonly RenderedText[] {
  const rounds = inStartOrder(guests);
  const daemons = ['libvirtd', 'virtqemud'];
  return [
    { path: program, mode: 0o755, content: script(rounds) },
    { path: `/etc/systemd/system/${guestsUnit}`, mode: 0o644, content: unit },
    ...daemons.map((daemon) => ({
      path: `/etc/systemd/system/${daemon}.service.d/60-kvm-guests.conf`,
      mode: 0o644,
      content: dropIn,
    })),
  ];
}

const start = ({ name, autostart }: Guest): string =>
  `  begin ${name} ${autostart === false ? 0 : autostart.delaySeconds}\n`;

/** Guests that are not to start with the host come last of all, and are shut down first. */
function script(rounds: readonly (readonly Guest[])[]): string {
  const starts = rounds.flatMap((round) => round.filter(({ autostart }) => autostart !== false).map(start));
  const stops = rounds.map((round) => `  end ${round.map(({ name }) => name).join(' ')}\n`).reverse();
  return `#!/bin/sh
# Starts the guests in their order when the host starts, and shuts them down in the opposite one when it stops.
set -u

# Starts a guest that \`virsh autostart\` holds for it, and gives it some seconds before the next one.
begin() {
  virsh -q list --all --autostart --name | grep -qxF -- "$1" || return 0
  ! virsh -q list --name | grep -qxF -- "$1" || return 0
  echo "starts $1"
  virsh -q start --domain "$1" </dev/null && sleep "$2"
}

# Seconds since the host started, which setting its clock does not change.
uptime() { read -r seconds _ </proc/uptime; echo "\${seconds%.*}"; }

# Asks guests to shut down, again and again since one that boots does not hear. Those that do not are turned off: the host
# would do so next, after libvirt-guests had waited for each of them as well.
end() {
  giveUpAt=$(($(uptime) + ${stopSeconds}))
  askAt=0
  while :; do
    now=$(uptime)
    all=$(virsh -q list --name)
    still=
    for guest do
      printf '%s\\n' "$all" | grep -qxF -- "$guest" || continue
      still="$still $guest"
      [ "$now" -lt "$askAt" ] || { echo "asks $guest to shut down"; virsh -q shutdown "$guest"; }
    done
    [ -n "$still" ] || return 0
    if [ "$now" -ge "$giveUpAt" ]; then
      echo "turns off what still runs after ${stopSeconds} s:$still" >&2
      for guest in $still; do virsh -q destroy --graceful "$guest"; done
      return 0
    fi
    [ "$now" -lt "$askAt" ] || askAt=$((now + 15))
    sleep 1
  done
}

case \${1:-} in
hold) # libvirtd starts all guests at once when it finds none of this, which is its own mark
  started=/run/libvirt/qemu/autostarted
  [ ! -e "$started" ] || exit 0
  mkdir -p /run/kvm "\${started%/*}"
  : >/run/kvm/guests-due
  : >"$started" ;;
start)
  rm /run/kvm/guests-due 2>/dev/null || exit 0
${starts.join('')}  # Those of others
  virsh -q list --all --autostart --name | while IFS= read -r guest; do [ -z "$guest" ] || begin "$guest" 0; done
  exit 0 ;; # else it would not be there to stop them
stop)
${stops.join('')}  exit 0 ;;
*) echo "usage: $0 hold|start|stop" >&2; exit 64 ;;
esac
`;
}

/** After libvirt-guests, so that it is stopped before, and leaves to that what is not ours. The program knows when to give up. */
const unit = `[Unit]
Description=Guests in their order
Wants=virt-guest-shutdown.target
After=network.target libvirtd.service virtqemud.service libvirt-guests.service virt-guest-shutdown.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=${program} start
ExecStop=${program} stop
TimeoutStartSec=infinity
TimeoutStopSec=infinity
`;

const dropIn = `[Unit]
Wants=${guestsUnit}

[Service]
ExecStartPre=-${program} hold
`;
