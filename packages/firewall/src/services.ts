/** A service known by name: what it is made of, and where that is written. */
export interface NamedService {
  readonly name: string;
  /** `tcp/22`, `udp/33434-33523`, `icmp/echo-request`, `gre` ... */
  readonly flows: readonly string[];
  readonly source: string;
}

const IANA = 'IANA Service Name and Transport Protocol Port Number Registry';

function entry(name: string, flows: string, source = IANA): NamedService {
  return { name, flows: flows.split(' '), source };
}

/** Where the registry gives both TCP and UDP, only what the protocol's servers listen on is opened. */
export const namedServices: readonly NamedService[] = [
  entry('ssh', 'tcp/22', `${IANA}; RFC 4253`),
  entry('rdp', 'tcp/3389', `${IANA} (ms-wbt-server); its UDP transport is rdp-udp`),
  entry('rdp-udp', 'udp/3389', '[MS-RDPEUDP]'),
  entry('snmp', 'udp/161', `${IANA}; RFC 3430 adds TCP, which agents rarely have`),
  entry('snmptrap', 'udp/162', `${IANA}; RFC 3417`),
  entry('syslog', 'udp/514 tcp/514', `${IANA}; RFC 5426; TCP/514 by the custom of RFC 6587`),
  entry('syslog-tls', 'tcp/6514', 'RFC 5425'),
  entry('ldap', 'tcp/389', `${IANA}; RFC 4511`),
  entry('ldaps', 'tcp/636', IANA),
  entry('nfs4', 'tcp/2049', 'RFC 7530: NFSv4 needs this port alone'),
  entry('smtp', 'tcp/25', 'RFC 5321'),
  entry('submission', 'tcp/587', 'RFC 6409'),
  entry('submissions', 'tcp/465', 'RFC 8314'),
  entry('imap', 'tcp/143', 'RFC 9051'),
  entry('imaps', 'tcp/993', 'RFC 8314'),
  entry('dns', 'udp/53 tcp/53', 'RFC 1035, RFC 7766'),
  entry('dns-tls', 'tcp/853', 'RFC 7858'),
  entry('ntp', 'udp/123', 'RFC 5905'),
  entry('http', 'tcp/80', 'RFC 9110'),
  entry('https', 'tcp/443 udp/443', 'RFC 9110; UDP is HTTP/3, RFC 9114'),
  entry('ftp', 'tcp/21', 'RFC 959; data connections need a conntrack helper'),
  entry('tftp', 'udp/69', 'RFC 1350'),
  entry('telnet', 'tcp/23', 'RFC 854'),
  entry('dhcp', 'udp/67', 'RFC 2131'),
  entry('dhcpv6', 'udp/547', 'RFC 8415'),
  entry('kerberos', 'tcp/88 udp/88', 'RFC 4120'),
  entry('smb', 'tcp/445', `${IANA} (microsoft-ds)`),
  entry('rsync', 'tcp/873', IANA),
  entry('git', 'tcp/9418', IANA),
  entry('mysql', 'tcp/3306', IANA),
  entry('postgresql', 'tcp/5432', IANA),
  entry('redis', 'tcp/6379', IANA),
  entry('ldap-gc', 'tcp/3268', `${IANA} (msft-gc)`),
  entry('mqtt', 'tcp/1883', IANA),
  entry('mqtts', 'tcp/8883', `${IANA} (secure-mqtt)`),
  entry('iscsi', 'tcp/3260', 'RFC 7143'),
  entry('vnc', 'tcp/5900-5999', 'RFC 6143: 5900 and the display'),
  entry('libvirt-tls', 'tcp/16514', 'libvirt, "Remote support"'),
  entry('libvirt-migration', 'tcp/49152-49215', 'libvirt, qemu.conf: migration_port_min, migration_port_max'),
  entry('prometheus-node', 'tcp/9100', 'prometheus/node_exporter'),
  entry('wireguard', 'udp/51820', 'wg(8), by custom'),
  entry('openvpn', 'udp/1194 tcp/1194', IANA),
  entry('ipsec', 'udp/500 udp/4500 esp', 'RFC 7296, RFC 3948'),
  entry('mosh', 'udp/60000-61000', 'mosh(1)'),
  entry('traceroute', 'udp/33434-33523', 'traceroute(8)'),
  entry('ping', 'icmp/echo-request icmpv6/echo-request', 'RFC 792, RFC 4443'),
  entry('any', 'any', 'every protocol'),
];
