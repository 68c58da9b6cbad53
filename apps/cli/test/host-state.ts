/** What a host is, by name: `definition db`, `running db`, `qemu db`, `volume vg/db.root`, `data kvm:db/root`, `file /etc/kvm/x` ... */
export type HostState = ReadonlyMap<string, string>;

/** Where each volume has a word of its own: past what its guest's file system uses, if any. */
const place = 64 * 2 ** 20 - 4096;

/**
 * Prints each thing as a line `NAME<tab>VALUE in base64`. Only the tools of an administrator say it: virsh, lvs, nft, iptables, ip,
 * sysctl, find. A volume without a word of its own is given one, so that it is known by its data later.
 */
export const stateScript = `
set -u
say() { printf '%s\\t%s\\n' "$1" "$(base64 -w0)"; }
guests=$(virsh list --all --name)
{
  for guest in $guests; do echo "echo '##definition $guest'"; echo "dumpxml --inactive $guest"; done
  for guest in $(virsh list --name); do echo "echo '##running $guest'"; echo "dumpxml $guest"; done
} | sed 's/$/;/' | tr '\\n' ' ' >/run/state.virsh
virsh "$(cat /run/state.virsh)" >/run/state.domains 2>&1
perl -MMIME::Base64 -e '
  my $name; my %text;
  while (<>) { if (/^##(.*)/) { $name = $1 } elsif (defined $name) { s/ state=.(dis)?connected.//; $text{$name} .= $_ } }
  print "$_\\t", encode_base64($text{$_}, ""), "\\n" for sort keys %text;' /run/state.domains
for file in /run/libvirt/qemu/*.pid; do [ ! -e "$file" ] || say "qemu $(basename "$file" .pid)" <"$file"; done
for file in /etc/libvirt/qemu/autostart/*.xml; do [ ! -L "$file" ] || echo on | say "autostart $(basename "$file" .xml)"; done
lvs --noheadings --separator '|' -o lv_uuid,lv_name,lv_size,segtype,seg_pe_ranges,lv_tags --units b vg | sed 's/^ *//' | sort >/run/state.lvs
perl -MMIME::Base64 -e '
  my %lines; my %tags;
  while (<>) { chomp; my ($uuid, $name, @rest) = split /\\|/, $_, -1; $lines{$name} .= "$uuid @rest\\n"; $tags{$name} = [$uuid, $rest[-1]]; }
  for my $name (sort keys %lines) {
    print "volume vg/$name\\t", encode_base64($lines{$name}, ""), "\\n";
    my ($uuid, $tag) = @{$tags{$name}};
    open(my $disk, "+<", "/dev/vg/$name") or next;
    seek($disk, ${place}, 0); read($disk, my $word, 64); $word =~ s/\\0.*//s;
    if ($word eq "") { $word = "word of $uuid"; seek($disk, ${place}, 0); print $disk $word . "\\0" x (4096 - length $word); }
    close($disk);
    print "data $uuid\\t", encode_base64($word, ""), "\\n";
  }' /run/state.lvs
nft -s list ruleset 2>/dev/null | say firewall
{ iptables-save; ip6tables-save; } 2>/dev/null | grep '^[-:*]' | sed 's/\\[.*\\]//' | say iptables
for tap in $(ls /sys/class/net); do
  { ip -o address show dev "$tap" | sed 's/.*inet/inet/; s/valid_lft.*//; s/ tentative//'; ip -o link show dev "$tap" | grep -o 'master [^ ]*\\|[,<]UP[,>]'; } | say "link $tap"
done
for tap in $(ls /sys/class/net); do tc filter show dev "$tap" ingress; tc filter show dev "$tap" egress; done 2>&1 | say barrier
{ ip route; ip -6 route; ip rule; } | grep -v '^fe80' | sed 's/ linkdown//' | sort | say routes
find /etc/kvm /etc/sysctl.d /etc/systemd/system /etc/udev/rules.d /etc/modules-load.d -type f -printf '%m %p\\n' 2>/dev/null |
  while read -r mode path; do { echo "$mode"; cat "$path"; } | say "file $path"; done
for link in /boot/*; do [ ! -L "$link" ] || readlink "$link" | say "link-to $link"; done
cd /proc/sys/net
grep -s . ipv4/ip_forward ipv4/conf/all/* ipv4/conf/default/* ipv6/conf/all/forwarding ipv6/conf/default/accept_ra | say settings
`;

export function readState(output: string): HostState {
  const lines = output.split('\n').filter((line) => line.includes('\t'));
  return new Map(
    lines.map((line): [string, string] => {
      const [name = '', value = ''] = line.split('\t');
      return [name, Buffer.from(value, 'base64').toString()];
    }),
  );
}

/** Names of what is not as it was: changed, come or gone. */
export function changesBetween(before: HostState, after: HostState): readonly string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => before.get(name) !== after.get(name)).sort();
}
