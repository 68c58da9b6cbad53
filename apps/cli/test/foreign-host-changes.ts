import { type ForeignChange, mended, type Row } from './foreign-change.ts';

const forward = 'inet kvm forward';
const ofFirewall: readonly ForeignChange[] = [
  ...(
    [
      ['a rule that comes first', `nft insert rule ${forward} accept`, 'firewall: the kernel has other rules'],
      ['a rule that comes last', `nft add rule ${forward} accept`, 'firewall: the kernel has other rules'],
      ['an empty chain', `nft flush chain ${forward}`, 'firewall: the kernel has other rules'],
      ['a chain more', 'nft add chain inet kvm mine', 'firewall: the kernel has other rules'],
      ['a set more', 'nft add set inet kvm mine "{ type ipv4_addr; }"', 'firewall: the kernel has other rules'],
      ['no table', 'nft delete table inet kvm', 'firewall: the kernel has other rules'],
      ['no rules at all', 'nft flush ruleset', 'firewall: the kernel has other rules'],
      ['a table that sleeps', 'nft add table inet kvm "{ flags dormant; }"', 'firewall: the kernel has other rules'],
      [
        'rules in another order',
        `last=$(nft -a list chain ${forward} | grep 'handle' | tail -n 1)
         rule=$(echo "$last" | sed 's/ # handle.*//; s/^[[:space:]]*//; s/counter packets [0-9]* bytes [0-9]*/counter/')
         nft delete rule ${forward} handle "\${last##*handle }"; echo "insert rule ${forward} $rule" | nft -f -`,
        'firewall: the kernel has other rules',
      ],
      [
        'the file of the firewall',
        'echo "# mine" >>/etc/kvm/firewall.nft',
        '/etc/kvm/firewall.nft says something else',
      ],
    ] satisfies Row[]
  ).map(mended),
  {
    what: 'a table of others that drops what guests get',
    script:
      'nft add table inet theirs; nft add chain inet theirs forward "{ type filter hook forward priority 10; policy drop; }"',
    shows: 'inet theirs',
    refuses: 'inet theirs',
    undo: 'nft delete table inet theirs',
  },
  {
    what: 'a rule of iptables that drops what guests get',
    script: 'iptables -I FORWARD -j DROP',
    shows: 'ip filter',
    refuses: 'ip filter',
    undo: 'iptables -D FORWARD -j DROP',
  },
];

const ofNetwork: readonly ForeignChange[] = [
  ...(
    [
      ['a link that is down', 'ip link set tun65 down', 'link down -> up'],
      ['a link without addresses', 'ip address flush dev tun65', 'address + 172.16.65.254/24'],
      ['an address more', 'ip address add 10.9.9.9/24 dev tun65', 'address - 10.9.9.9/24'],
      ['a bridge', 'ip link add br0 type bridge; ip link set tun65 master br0', 'bridge - br0'],
      ['no route', 'ip route del 172.16.65.0/24 dev tun65', 'route + 172.16.65.0/24'],
      ['a guest that may speak for others', 'sysctl -qw net.ipv4.conf.tun65.rp_filter=0', 'rp_filter 0 -> 1'],
      ['a host that answers for others', 'sysctl -qw net.ipv4.conf.tun65.proxy_arp=1', 'proxy_arp 1 -> 0'],
      ['a host that routes nothing', 'sysctl -qw net.ipv4.ip_forward=0', 'ip_forward 0 -> 1'],
      ['redirects', 'sysctl -qw net.ipv4.conf.all.send_redirects=1', 'net.ipv4.conf.all.send_redirects 1 -> 0'],
      ['no barrier at a link', 'tc qdisc del dev tun65 clsact', 'firewall: the kernel has other rules'],
      ['shorter packets', 'ip link set tun65 mtu 1000', 'mtu 1000 -> 1500'],
      ['a link without ARP', 'ip link set tun65 arp off', 'ARP off -> on'],
    ] satisfies Row[]
  ).map(mended),
  {
    what: 'a link that is gone',
    script: 'ip link del tun61',
    shows: 'tun61 is gone -> there',
    refuses: 'db runs on, and has this only after a restart',
    restarts: 'db',
  },
  {
    what: 'a route that leads nowhere',
    script: 'ip route add blackhole 172.16.65.1/32',
    shows: '172.16.65.1/32 of public is routed nowhere',
    refuses: 'ip route del 172.16.65.1/32',
    undo: 'ip route del blackhole 172.16.65.1/32',
  },
  {
    what: 'a link that passes nothing on',
    script: 'sysctl -qw net.ipv4.conf.tun65.forwarding=0',
    shows: 'net.ipv4.conf.tun65.forwarding is 0',
    refuses: 'sysctl -w net.ipv4.conf.tun65.forwarding=1',
    undo: 'sysctl -qw net.ipv4.conf.tun65.forwarding=1',
  },
  {
    what: 'a rule of routing',
    script: 'ip rule add from 172.16.65.0/24 priority 100 blackhole',
    shows: '172.16.65.0/24',
    refuses: 'ip rule',
    undo: 'ip rule del priority 100',
  },
  {
    what: 'a slower link',
    script: 'tc qdisc replace dev tun65 root tbf rate 64kbit burst 4kb latency 400ms',
    shows: 'tbf',
    refuses: 'tc qdisc del dev tun65 root',
    undo: 'tc qdisc del dev tun65 root',
  },
];

const ofFiles: readonly ForeignChange[] = [
  ...(
    [
      ['a script that is gone', 'rm /etc/kvm/tun-stop', '/etc/kvm/tun-stop is not there'],
      ['a script that is empty', ': >/etc/kvm/tun-start', '/etc/kvm/tun-start says something else'],
      ['a script that cannot be run', 'chmod 644 /etc/kvm/tun-stop', 'mode 0644 -> 0755'],
      ['a file that everybody may change', 'chmod 666 /etc/kvm/firewall.nft', 'mode 0666 -> 0755'],
      ["a script of somebody else's", 'chown 1000:1000 /etc/kvm/tun-start', '/etc/kvm/tun-start'],
      [
        "a link to somebody else's script",
        'cp /etc/kvm/tun-start /tmp/tun-start; ln -sf /tmp/tun-start /etc/kvm/tun-start',
        '/etc/kvm/tun-start',
      ],
      [
        'settings for the next boot',
        'echo net.ipv4.ip_forward=0 >>/etc/sysctl.d/60-kvm.conf',
        '60-kvm.conf says something else',
      ],
      ['settings that are gone', 'rm /etc/sysctl.d/60-kvm.conf', '60-kvm.conf is not there'],
      ['a unit that is gone', 'rm /etc/systemd/system/kvm-guests.service', 'kvm-guests.service is not there'],
      [
        'a unit that says something else',
        'echo "# mine" >>/etc/systemd/system/kvm-firewall.service',
        'kvm-firewall.service says something else',
      ],
      ['rules of udev', 'echo >/etc/udev/rules.d/57-kvm-guests.rules', '57-kvm-guests.rules says something else'],
      ['another order at boot', "sed -i '/db/d' /etc/kvm/boot-guests", '/etc/kvm/boot-guests says something else'],
      ['a barrier that is open', "sed -i '2i exit 0' /etc/kvm/barrier", '/etc/kvm/barrier says something else'],
      ['a kernel that leads elsewhere', 'ln -sfn /boot/second /boot/linked', 'leads elsewhere'],
    ] satisfies Row[]
  ).map(mended),
  {
    what: 'a folder that everybody may change',
    script: 'chmod 777 /etc/kvm',
    shows: 'others than root may put files into /etc/kvm',
    refuses: 'chmod 755 /etc/kvm',
    undo: 'chmod 755 /etc/kvm',
  },
  {
    what: 'a folder where a file is to be',
    script: 'rm /etc/kvm/tun-stop; mkdir /etc/kvm/tun-stop',
    shows: '/etc/kvm/tun-stop is a folder',
    refuses: '/etc/kvm/tun-stop is a folder, where a file is to be',
    undo: `rmdir /etc/kvm/tun-stop; printf '#!/bin/sh\\n' >/etc/kvm/tun-stop`,
  },
  {
    what: 'a unit that is masked',
    script: 'ln -sf /dev/null /etc/systemd/system/kvm-firewall.service',
    shows: 'kvm-firewall.service',
    refuses: 'kvm-firewall.service',
    undo: 'rm /etc/systemd/system/kvm-firewall.service; touch /etc/systemd/system/kvm-firewall.service',
  },
  {
    what: 'more for a unit of ours',
    script: `mkdir -p /etc/systemd/system/kvm-firewall.service.d; printf '[Service]\\nExecStart=\\nExecStart=/bin/true\\n' >/etc/systemd/system/kvm-firewall.service.d/mine.conf`,
    shows: 'kvm-firewall.service.d/mine.conf',
    refuses: 'kvm-firewall.service.d/mine.conf',
    undo: 'rm -r /etc/systemd/system/kvm-firewall.service.d',
  },
];

/** What nft, iptables, ip, tc, sysctl and an editor change of a host. */
export const foreignHostChanges: readonly ForeignChange[] = [...ofFirewall, ...ofNetwork, ...ofFiles];
