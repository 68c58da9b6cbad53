import type { BootFile } from './boot-file.ts';
import { ROWS_MARK, SOURCE_MARK } from './marks.ts';
import type { ResolvedGuest, ResolvedPolicy } from './resolved.ts';

/** The program that sets up the barrier on the taps, for the boot and for libvirt's script of a new tap. */
export const BARRIER = '/etc/kvm/barrier';

/** Offsets that the kernel's classic BPF takes for a packet's protocol and mark (linux/filter.h), and for its network header. */
const [AD_PROTOCOL, AD_MARK, NETWORK] = [0xfffff000, 0xfffff014, 0xfff00000];
const [IPV4, ARP, IPV6] = [0x0800, 0x0806, 0x86dd];
/** Of IPv4, the first address after 0.0.0.0/8, and the first of a group. */
const [FIRST_HOST, FIRST_GROUP] = [0x01000000, 0xe0000000];
/** Offset of the sender's address in ARP for IPv4 over Ethernet (RFC 826). */
const ARP_SENDER = 14;
/** `TC_ACT_OK` and `TC_ACT_SHOT` (linux/pkt_cls.h). */
const [PASS, DROP] = [0, 2];

const LOAD_BYTE = 0x30;
const LOAD_HALF = 0x28;
const LOAD_WORD = 0x20;
const IF_EQUAL = 0x15;
const IF_AT_LEAST = 0x35;
const IF_BITS = 0x45;
const RETURN = 0x06;

type Instruction = readonly [code: number, jumpIfTrue: number, jumpIfFalse: number, value: number];

const bytecode = (program: readonly Instruction[]): string =>
  `${program.length},${program.map((instruction) => instruction.join(' ')).join(',')}`;

/** What leaves by a tap and is IP has the mark of those that the rows were asked about. */
const LEAVING = bytecode([
  [LOAD_HALF, 0, 0, AD_PROTOCOL],
  [IF_EQUAL, 2, 0, IPV4],
  [IF_EQUAL, 1, 0, IPV6],
  [RETURN, 0, 0, PASS],
  [LOAD_WORD, 0, 0, AD_MARK],
  [IF_BITS, 1, 0, ROWS_MARK],
  [RETURN, 0, 0, DROP],
  [RETURN, 0, 0, PASS],
]);

/**
 * Taken from a guest is what a rule of routing sees, and ARP from its own addresses or from none, so that the host learns no other
 * neighbour. For IPv4 to groups, to all, from 0.0.0.0 to itself or of protocol 0, the kernel looks up no route. In two tags of VLAN 0,
 * which it takes off later, it is of another protocol here, as all else that is no IP.
 */
function coming(own: readonly number[]): string {
  const drop = 11 + own.length;
  const pass = drop + 1;
  const to = (target: number, index: number): number => target - index - 1;
  return bytecode([
    [LOAD_HALF, 0, 0, AD_PROTOCOL],
    [IF_EQUAL, to(pass, 1), 0, IPV6],
    [IF_EQUAL, to(9, 2), 0, ARP],
    [IF_EQUAL, 0, to(drop, 3), IPV4],
    [LOAD_WORD, 0, 0, NETWORK + 16],
    [IF_AT_LEAST, to(drop, 5), 0, FIRST_GROUP],
    [IF_AT_LEAST, 0, to(drop, 6), FIRST_HOST],
    [LOAD_BYTE, 0, 0, NETWORK + 9],
    [IF_EQUAL, to(drop, 8), to(pass, 8), 0],
    [LOAD_WORD, 0, 0, NETWORK + ARP_SENDER],
    ...[0, ...own].map((address, index): Instruction => [IF_EQUAL, to(pass, 10 + index), 0, address]),
    [RETURN, 0, 0, DROP],
    [RETURN, 0, 0, PASS],
  ]);
}

/** As cases of sh: each guest's tap, and all others. */
const comingByTap = (guests: readonly ResolvedGuest[]): string =>
  [
    ...guests.map(({ tap, addresses }) => {
      const own = addresses.filter(({ family }) => family === 4).map(({ first }) => Number(first));
      return `${tap}) echo '${coming(own)}' ;;`;
    }),
    `*) echo '${coming([])}' ;;`,
  ].join('\n    ');

const mark = `0x${SOURCE_MARK.toString(16)}`;

/**
 * A second barrier, which closes the taps as soon as our rules are not there: somebody flushed them, or they never were. What
 * comes in by a tap is routed only with the mark that our rules put on it; what leaves by one needs a mark as well. Neither
 * `nft flush ruleset` nor `iptables -F` takes it away.
 *
 * @param policy of which only the names of interfaces and the guests' addresses matter
 */
export function renderBarrier(policy: Pick<ResolvedPolicy, 'guests' | 'guestNetworks' | 'host'>): BootFile {
  const { guests, guestNetworks, host } = policy;
  return { path: BARRIER, mode: 0o755, content: script(guestNetworks.taps, host.uplink, comingByTap(guests)) };
}

const script = (taps: string, uplink: string, coming: string): string => `#!/bin/sh
# Closes guests' taps to all that the firewall's rules have not marked: they stay closed when somebody flushes all rules.
#   barrier on         sets it up, for all taps that there are
#   barrier tap ${taps}65  sets it up for one, which libvirt is about to start
#   barrier check      says what is missing, a line each
#   barrier able       fails when this kernel has not what it takes
#   barrier off        takes it away; without rules, guests are then open to everyone
# Safe to run again. It uses two bits of packets' marks, ${mark} and 0x${ROWS_MARK.toString(16)}; others' rules are to leave them as they are.
set -eu
mark=${mark}/${mark}

# Before the kernel's own rule, which comes first (preference 0): what this host sends, what comes from the LAN and what is
# marked goes on as ever (at 3, where there is a copy of that rule), and what comes by a tap without the mark goes nowhere.
# With IPv4 that is a rule for each protocol (at 2): the kernel looks up the way of an ARP request, too, which has none.
rules() { ip "$1" rule show | sed 's/ \\[[a-z]*\\]//g; s/\\t/ /; s/^0: from all //; s/ *$//'; }

has() { printf '%s\\n' "$rules" | grep -qxF "$1"; }

begins_well() {
  has 'iif lo goto 3' && has 'iif ${uplink} goto 3' && has "fwmark $mark goto 3" && has '3: from all lookup local' &&
    [ "$(printf '%s\\n' "$rules" | grep -v '^[0-9]*:' | tail -n 1)" = 'lookup local' ] && has_protocols
}

# What becomes of what comes by a tap.
ending() { if [ "$1" = -4 ]; then echo 'goto 2'; else echo blackhole; fi; }

has_protocols() {
  [ "$ending" = blackhole ] ||
    { has '1: from all goto 3' && [ "$(printf '%s\\n' "$rules" | grep -c '^2: from all ipproto [^ ]* blackhole$')" = 255 ]; }
}

add_protocols() {
  has '1: from all goto 3' || ip -4 rule add pref 1 goto 3 protocol kernel
  while ip -4 rule del pref 2 2>/dev/null; do :; done
  number=0
  while [ "$((number += 1))" -le 255 ]; do echo "rule add pref 2 ipproto $number blackhole protocol kernel"; done |
    ip -4 -batch -
}

# Of one family, for the taps that are named. Those of taps stand behind the others.
add_rules() {
  family=$1; shift
  rules=$(rules "$family")
  ending=$(ending "$family")
  whole=
  missing=
  if begins_well; then whole=yes; fi
  for tap do has "iif $tap $ending" || missing="$missing $tap"; done
  [ "$whole$missing" != yes ] || return 0
  known=$(printf '%s\\n' "$rules" | sed -n "s/^iif \\(${taps}[^ ]*\\) $ending$/\\1/p")
  [ -z "$whole" ] || known=
  has '3: from all lookup local' || ip "$family" rule add pref 3 lookup local protocol kernel
  has_protocols || add_protocols
  ! has 'lookup local' || ip "$family" rule del pref 0 lookup local
  has 'iif lo goto 3' || ip "$family" rule add pref 0 iif lo goto 3 protocol kernel
  has 'iif ${uplink} goto 3' || ip "$family" rule add pref 0 iif ${uplink} goto 3 protocol kernel
  has "fwmark $mark goto 3" || ip "$family" rule add pref 0 fwmark "$mark" goto 3 protocol kernel
  for tap in $known; do
    ip "$family" rule del pref 0 iif "$tap"
    # Its words.
    # shellcheck disable=SC2086
    ip "$family" rule add pref 0 iif "$tap" $ending protocol kernel
  done
  # shellcheck disable=SC2086
  for tap in $missing; do ip "$family" rule add pref 0 iif "$tap" $ending protocol kernel; done
  ip "$family" rule add pref 0 lookup local protocol kernel
}

# What is taken from a tap.
coming() {
  case $1 in
    ${coming}
  esac
}

add_filters() {
  { tc qdisc show dev "$1" | grep -q '^qdisc clsact ' || tc qdisc add dev "$1" clsact; } &&
    tc filter replace dev "$1" egress protocol all prio 1 handle 1 bpf da bytecode '${LEAVING}' &&
    tc filter replace dev "$1" ingress protocol all prio 1 handle 1 bpf da bytecode "$(coming "$1")"
}

has_filters() {
  tc filter show dev "$1" egress | grep -qF "bytecode '${LEAVING}'" &&
    tc filter show dev "$1" ingress | grep -qF "bytecode '$(coming "$1")'"
}

# Those that are there; ${taps}0 is no guest's.
taps() { ip -o link show | sed -n 's/^[0-9]*: \\(${taps}[^:@]*\\)[:@].*/\\1/p' | grep -vx ${taps}0 || :; }

families=-4
! ip -6 rule show >/dev/null 2>&1 || families='-4 -6'

# What goes to a guest is asked for the way back, as if it had come by the guest's tap (rp_filter): with the packet's own mark. And
# what comes for a socket that is connected is asked for its way like all else (of IPv6, too), not taken as that which came before.
settings='ipv4/conf/all/src_valid_mark=1 ipv4/ip_early_demux=0'

is_set() { [ "$(cat "/proc/sys/net/\${1%=*}")" = "\${1#*=}" ]; }

# Its number, which no other tap gets: a guest that stops takes its tap along, and one that starts again brings another of its name,
# which libvirt's script closes.
index() { ip -o link show dev "$1" 2>/dev/null | sed 's/:.*//'; }

# Fails when the tap that was there all the while has not what the other words ask for.
unless_it_went() {
  was=$(index "$1")
  "$2" "$1" || [ -z "$was" ] || [ "$(index "$1")" != "$was" ]
}

on() {
  for each in $settings; do is_set "$each" || echo "\${each#*=}" >"/proc/sys/net/\${each%=*}"; done
  for each in $families; do add_rules "$each" "$@"; done
  open=
  for tap do unless_it_went "$tap" add_filters || open="$open $tap"; done
  [ -z "$open" ] || {
    echo "barrier: not closed:$open. Something else is there in place of clsact, such as <outbound> of a guest's <bandwidth>: tc qdisc show" >&2
    exit 1
  }
}

check() {
  for each in $settings; do is_set "$each" || echo "barrier: /proc/sys/net/$each"; done
  for each in $families; do
    rules=$(rules "$each")
    ending=$(ending "$each")
    begins_well || echo "barrier: ip $each rule"
    for tap do has "iif $tap $ending" || echo "barrier: ip $each rule, $tap"; done
  done
  for tap do unless_it_went "$tap" has_filters || echo "barrier: tc filter, $tap"; done
}

# Tried on the loopback, where it drops nothing.
able() {
  own=
  tc qdisc add dev lo clsact 2>/dev/null && own=yes
  can=
  tc filter add dev lo egress protocol all prio 65000 bpf da bytecode '1,6 0 0 0' && can=yes
  [ -z "$own" ] || tc qdisc del dev lo clsact
  [ -n "$own" ] || tc filter del dev lo egress prio 65000 || :
  [ -n "$can" ] || { echo 'barrier: this kernel has no cls_bpf or no sch_ingress, by which taps are closed' >&2; exit 1; }
}

off() {
  for each in $families; do
    rules=$(rules "$each")
    has 'lookup local' || ip "$each" rule add pref 0 lookup local protocol kernel
    printf '%s\\n' "$rules" | grep -x -e 'iif lo goto 3' -e 'iif ${uplink} goto 3' -e "fwmark $mark goto 3" -e 'iif ${taps}[^ ]* blackhole' -e 'iif ${taps}[^ ]* goto 2' | while read -r rule; do
      # The words of the rule.
      # shellcheck disable=SC2086
      ip "$each" rule del pref 0 $rule
    done
    ! has '1: from all goto 3' || ip "$each" rule del pref 1 goto 3
    [ "$each" = -6 ] || while ip -4 rule del pref 2 2>/dev/null; do :; done
    ! has '3: from all lookup local' || ip "$each" rule del pref 3 lookup local
  done
  for tap do tc qdisc del dev "$tap" clsact 2>/dev/null || :; done
}

action=\${1:-}
[ "$action" = tap ] || set -- "$action"
case $action in
  on | off | tap)
    exec 9>/run/kvm-barrier.lock
    flock 9 ;;
esac
shift
# The taps' names have no spaces.
# shellcheck disable=SC2046
case $action in
  on | check | off) "$action" $(taps) ;;
  able) able ;;
  tap) on "\${1:?barrier tap: which one?}" ;;
  *) echo "usage: $0 on | tap NAME | check | able | off" >&2; exit 64 ;;
esac
`;
