/** Frames that no socket of IP sends, in hex, as from guest 65 of the seed. */

const hexOf = (value: number, octets: number): string => value.toString(16).padStart(2 * octets, '0');
const addressOf = (address: string): string =>
  address
    .split('.')
    .map((each) => hexOf(Number(each), 1))
    .join('');

function checksum(header: string): string {
  let sum = 0;
  for (const word of header.match(/.{4}/g) ?? []) sum += Number.parseInt(word, 16);
  return hexOf(~((sum & 0xffff) + (sum >> 16)) & 0xffff, 2);
}

/** An IPv4 packet (RFC 791, 3.1) with a datagram of UDP to port 514. */
function ipv4(from: string, to: string, protocol = 17): string {
  const [start, end] = [`4500001d0000000040${hexOf(protocol, 1)}`, `${addressOf(from)}${addressOf(to)}`];
  return `${start}${checksum(`${start}0000${end}`)}${end}03e802020009000078`;
}

/** To everybody on the link, below tags of IEEE 802.1Q. */
const frame = (packet: string, ...tags: string[]): string =>
  `ffffffffffff525400616501${tags.map((tag) => `${tag}0000`).join('')}0800${packet}`;

const own = '172.16.65.1';
const broadcast = ipv4(own, '255.255.255.255');

/** What the kernel looks up no way for, and what it unpacks after `tc` has seen it: a tag of VLAN 0 counts as none. */
export const oddFrames: readonly string[] = [
  frame(ipv4('0.0.0.0', '0.0.0.0')),
  frame(broadcast),
  frame(ipv4('0.0.0.0', '255.255.255.255')),
  frame(ipv4(own, '224.0.0.1')),
  ...[['8100'], ['8100', '8100'], ['88a8', '8100'], ['8100', '88a8'], ['8100', '8100', '8100']].map((tags) =>
    frame(broadcast, ...tags),
  ),
  frame(ipv4('0.0.0.0', '0.0.0.0'), '8100', '8100'),
  frame(ipv4(own, '224.0.0.1'), '8100', '8100'),
  frame(ipv4(own, '172.16.65.254', 0), '8100', '8100'),
];

/** ARP requests for the host's address (RFC 826), each from another address of guest 65's subnet. */
export const neighbourFrames: readonly string[] = Array.from(
  { length: 253 },
  (_, index) =>
    `ffffffffffff52540061650108060001080006040001525400616501${addressOf(`172.16.65.${index + 1}`)}000000000000${addressOf('172.16.65.254')}`,
);

/** Perl: sends frames by eth0. Arguments: the frames. */
export const SEND_FRAMES = `
use Socket;
socket(my $s, 17, 3, 0x0300) or die $!;
open(my $file, '<', '/sys/class/net/eth0/ifindex') or die $!;
my $to = pack('S n l S C C a8', 17, 0x0300, int(<$file>), 0, 0, 6, '');
for my $frame (@ARGV) { send($s, pack('H*', $frame), 0, $to) or die $!; }
`;

/** nft: counts what the host receives by a tap. */
export const COUNT_RECEIVED = `
table ip count
delete table ip count
table ip count {
  chain input { type filter hook input priority 300; iifname "tun*" counter; }
}`;

/** Perl: prints what is said to port 7000 of an address. Argument: the address. */
export const LISTEN = `
use IO::Socket::IP;
$| = 1;
my $server = IO::Socket::IP->new(LocalHost => $ARGV[0], LocalPort => 7000, Listen => 1) or die $!;
print "listens on $ARGV[0]\\n";
my $line = $server->accept or die $!;
while (sysread($line, my $said, 100)) { print "$ARGV[0] heard $said"; }
`;

/** Perl: says what it reads to port 7000 of an address. Argument: the address. */
export const SAY = `
use IO::Socket::IP;
my $line = IO::Socket::IP->new(PeerHost => $ARGV[0], PeerPort => 7000) or die $!;
while (<STDIN>) { syswrite($line, $_); }
`;
