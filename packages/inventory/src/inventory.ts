/** A KVM host, its guests and its neighbours: what {@link parseInventory} makes of a file that has no mistakes. */
export interface Inventory {
  /** DNS domain of every name in the file, lower case, without a trailing dot. */
  readonly domain: string;
  readonly host: InventoryHost;
  readonly ranges: InventoryRanges;
  /** In file order. */
  readonly networks: readonly NamedNetwork[];
  /** In file order. */
  readonly machines: readonly Machine[];
  /** In file order. */
  readonly guests: readonly Guest[];
  /** What runs once and every guest uses; absent when there is nothing of the kind. */
  readonly shared?: InventoryShared;
  /** In file order. */
  readonly groups: readonly GuestGroup[];
  /** Services of the user's own, not yet known to be right; in file order. */
  readonly services: readonly UserService[];
  /** In file order; absent when the host is to have no firewall of ours. */
  readonly policy?: readonly PolicyRule[];
  readonly nat?: InventoryNat;
}

export interface InventoryHost {
  readonly name: string;
  /** IPv4 address on the LAN, `192.168.100.1`. */
  readonly address: string;
  /** Length of the LAN's IPv4 prefix, in bits. */
  readonly prefix: number;
  /** The LAN's IPv4 network, `192.168.100.0/24`. */
  readonly network: string;
  /** IPv6 address on the LAN as RFC 5952 writes it, `fd00:100::1`. */
  readonly address6?: string;
  /** Length of the LAN's IPv6 prefix, in bits; present when `address6` is. */
  readonly prefix6?: number;
  /** The LAN's IPv6 network, `fd00:100::/64`; present when `address6` is. */
  readonly network6?: string;
  /** The LAN's own default gateway, IPv4. */
  readonly gateway?: string;
  /** Interface on the LAN. */
  readonly uplink: string;
  /** LVM volume group of the guests' disks. */
  readonly vg: string;
  /** Path on the host of the guests' kernel. */
  readonly kernel: string;
  /** Where the link that the kernel's folder is leads to; absent when the host's owner sees to that. */
  readonly current?: string;
  readonly initrd?: string;
  /** Path on the host of QEMU. */
  readonly emulator: string;
  /** What carries out the policy in the host's kernel. */
  readonly firewall: 'nft' | 'iptables';
}

export interface InventoryRanges {
  /** IPv4 range the guests' subnets are cut from, `172.16.0.0/12`. */
  readonly ipv4: string;
  /** Length of one guest's IPv4 prefix, in bits. */
  readonly prefix: number;
  /** IPv6 range the guests' /64s are cut from, `fd00:61::/48`. */
  readonly ipv6?: string;
}

export interface NamedNetwork {
  readonly name: string;
  /** At least one; IPv4 and IPv6 in file order. */
  readonly cidrs: readonly string[];
}

/** Another machine, which has an IPv4 address, an IPv6 address, or both. */
export interface Machine {
  readonly name: string;
  /** IPv4. */
  readonly address?: string;
  /** IPv6 as RFC 5952 writes it. */
  readonly address6?: string;
}

export interface Guest {
  readonly name: string;
  /** 1 to 4095, unique; addresses, MAC, VNC port and interface follow from it. */
  readonly vmid: number;
  readonly memoryKiB: number;
  readonly vcpus: number;
  /** In the order of their device names: the first is `vda`. */
  readonly disks: readonly GuestDisk[];
  /** The guest kernel's command line. */
  readonly cmdline: string;
  readonly autostart: Autostart | false;
  /** Which of the two the guest is to be now. */
  readonly state: 'running' | 'stopped';
  /** What it runs; absent when that is Debian or made of it. */
  readonly system?: 'rhel' | 'alpine';
  /** By which libvirt knew it before the file did; absent when it follows from the names. */
  readonly uuid?: string;
  /** Of all that guests have in common it has only memory, vcpus and names; `xml` says the rest. */
  readonly template?: 'none';
  /** Raw domain XML to merge, as written; not yet known to be well-formed. */
  readonly xml?: string;
}

/** How a guest starts with the host. */
export interface Autostart {
  /** 0 to 999; lower starts earlier. 50 when the file only says `true`. */
  readonly order: number;
  /** Seconds to wait after this guest's start before the next one's. */
  readonly delaySeconds: number;
}

export interface GuestDisk {
  /** Last part of the logical volume's name, `root` in `public.root`. */
  readonly name: string;
  readonly bytes: number;
  /** How the logical volume is laid out; absent when it is linear. */
  readonly type?: 'striped' | 'raid1' | 'thin';
  /** Over how many physical volumes; present when `type` is striped or raid1. */
  readonly over?: number;
  /** The thin pool; present when `type` is thin. */
  readonly pool?: string;
  /** Physical volumes it may lie on, the first preferred: `/dev/sdb`, or `@ssd` for those with that tag. Absent: any. */
  readonly on?: readonly string[];
  /** What it is filled from when it is made: a raw image or a tarball, a path on the host. */
  readonly from?: string;
  /** The serial number by which the guest finds it, whatever its letter; present for disks of exports. */
  readonly serial?: string;
}

export interface GuestGroup {
  readonly name: string;
  /** Names of guests; at least one. */
  readonly guests: readonly string[];
}

export interface UserService {
  readonly name: string;
  /** `tcp/873`, `udp/1000-2000`, as written; at least one. */
  readonly flows: readonly string[];
}

/** A row of the policy table. Its zones are known; services, rates and dates are as written. */
export interface PolicyRule {
  /** A guest, group, machine or network by name, or `guests`, `host`, `lan` or `anywhere`. */
  readonly from: string;
  /** As `from`. */
  readonly to: string;
  /** At least one. */
  readonly services: readonly string[];
  readonly action: 'accept' | 'drop' | 'reject';
  readonly log?: boolean;
  /** `10/minute` */
  readonly limit?: string;
  /** `2027-01-31` or `2027-01-31T12:00:00Z` */
  readonly expires?: string;
  readonly comment?: string;
  /** Where it stands in the file, from 1. */
  readonly line: number;
}

export interface InventoryNat {
  readonly masquerade: boolean;
  /** In file order. */
  readonly forwards: readonly NatForward[];
}

/** A port of the host that is handed to a guest. */
export interface NatForward {
  /** As a rule's `from`. */
  readonly from: string;
  /** The host's port as written, `tcp/8080`. */
  readonly service: string;
  /** The guest's name. */
  readonly guest: string;
  /** The guest's port. */
  readonly port: number;
  /** Where it stands in the file, from 1. */
  readonly line: number;
}

/** Who serves what to which guests, and how; addresses, paths and the like are as written. */
export interface InventoryShared {
  readonly auth?: SharedService<'sssd' | 'nslcd'> & {
    readonly base: string;
    readonly firstId: number;
    /** Name of a guest or machine. */
    readonly replica?: string;
  };
  readonly logs?: SharedService<'syslog-ng' | 'rsyslog' | 'journald'> & { readonly keepDays: number };
  readonly files?: SharedService<'autofs' | 'systemd'> & { readonly exports: readonly SharedExport[] };
  readonly mail?: SharedService<'msmtp' | 'ssmtp'> & {
    readonly aliases: readonly { readonly name: string; readonly to: string }[];
    /** Names of guests. */
    readonly relay: readonly string[];
    /** Addresses that a guest may send in the name of, besides those of its own name. */
    readonly senders?: readonly { readonly machine: string; readonly addresses: readonly string[] }[];
    readonly upstream?: { readonly host: string; readonly port: number; readonly user?: string };
  };
  readonly dns?: SharedService<'resolv.conf' | 'systemd-resolved'> & {
    readonly upstreams: readonly string[];
    /** Domains of which these may give private addresses. */
    readonly privateZones?: readonly string[];
    /** Name of a guest or machine. */
    readonly replica?: string;
    /** First and last address. */
    readonly dhcp?: { readonly first: string; readonly last: string };
  };
  readonly time?: SharedService<'chrony' | 'timesyncd' | 'ntpsec'> & {
    readonly upstreams: readonly { readonly host: string; readonly nts: boolean }[];
    readonly hostClock: boolean;
  };
}

export interface SharedService<Program extends string> {
  /** A guest or a machine. */
  readonly server: string;
  /** Guests in file order, without the server. */
  readonly clients: readonly { readonly machine: string; readonly implementation: Program }[];
}

interface SharedExport {
  readonly name: string;
  readonly path: string;
  readonly mount: string;
  /** The server's disk that holds it and nothing else; absent when the server is no guest whose disks the file knows. */
  readonly disk?: string;
  readonly readOnly: boolean;
  readonly guests?: readonly string[];
}
