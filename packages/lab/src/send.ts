import { type Lab, labExec } from './lab.ts';
import type { Probe, Way } from './probes.ts';

/** At most so many at the same time: each is some processes. */
const atOnce = 48;

/** Sends one probe and prints what is answered. Of UDP busybox has no plain sender; tftp sends a packet to any port. */
const send = `
busybox=$1
shift
send() {
  case $1 in
    ping) "$busybox" ping -c 1 -W "$patience" "$2" | "$busybox" grep -o 'time=[0-9.]* ms' ;;
    tcp) "$busybox" nc -w "$patience" "$2" "$3" </dev/null ;;
    udp) "$busybox" timeout 3 "$busybox" tftp -g -r x -l /dev/null "$2" "$3" ;;
  esac
}
`;

/** Sends probes, each written `protocol target port`, and prints answers as `protocol target port: answer`. */
const honestScript = `${send}
patience=4
sent=0
for probe do
  { answer=$(send $probe); [ -z "$answer" ] || echo "$probe: $answer"; } </dev/null 2>/dev/null &
  sent=$((sent + 1))
  [ $((sent % ${atOnce})) -ne 0 ] || wait
done
wait
`;

/** Sends with others' addresses, one after the other: `source target gateway`, and for each probe its protocol and port. */
const lyingScript = `${send}
patience=1
echo 0 >/proc/sys/net/ipv6/conf/eth0/accept_dad
for lie do
  set -- $lie
  six= length=32
  case $1 in *:*) six=-6 length=128 ;; esac
  source=$1 target=$2 gateway=$3
  shift 3
  "$busybox" ip $six addr add "$source/$length" dev eth0
  "$busybox" ip $six route add "$target/$length" via "$gateway" dev eth0 src "$source"
  while [ $# -gt 0 ]; do
    send "$1" "$target" "$2" </dev/null >/dev/null 2>&1 &
    shift 2
  done
  wait
  "$busybox" ip $six route del "$target/$length" via "$gateway" dev eth0
  "$busybox" ip $six addr del "$source/$length" dev eth0
done
`;

/** Runs all of one sender's probes, honest or all lies. @returns answers by `protocol target port` */
export async function sendProbes(
  lab: Lab,
  ways: readonly Way[],
  busybox: string,
): Promise<ReadonlyMap<string, string>> {
  const [first] = ways;
  if (first === undefined) return new Map();
  const isLie = first.as !== undefined;
  const words = isLie
    ? ways.map((way) => `${way.source} ${way.target} ${gatewayOf(lab, way)} ${way.probes.map(contentText).join(' ')}`)
    : ways.flatMap(({ target, probes }) => probes.map(({ protocol, port }) => `${protocol} ${target} ${port}`));
  const argv = ['sh', '-c', isLie ? lyingScript : honestScript, 'send', busybox, ...words];
  const { stdout } = await labExec(lab, first.from.name, argv);
  return new Map([...stdout.matchAll(/^(\w+ \S+ \d+): (.*)$/gm)].map(([, probe = '', answer = '']) => [probe, answer]));
}

const contentText = ({ protocol, port }: Probe): string => `${protocol} ${port}`;

/** The host's end of the sender's link. */
function gatewayOf({ plan }: Lab, { from, source }: Way): string {
  const six = source.includes(':');
  const net = plan.guests.find(({ guest }) => guest.name === from.name)?.net;
  if (net !== undefined) return (six ? net.ipv6?.host : net.ipv4.host) ?? '';
  return plan.host.addresses.find(({ family }) => family === (six ? 6 : 4))?.address ?? '';
}
