/** A guest behind a tap of its own. */
export interface ZoneGuest {
  readonly name: string;
  /** `tun65` */
  readonly tap: string;
  /** `52:54:00:61:65:01` */
  readonly mac: string;
  /** Its own addresses, IPv4 and IPv6; it may send from no other. */
  readonly addresses: readonly string[];
  /** Names of groups it is in. */
  readonly groups?: readonly string[];
}

/** Other machines and networks that rows may name. */
export interface NamedZone {
  readonly name: string;
  /** Addresses or blocks: `192.168.100.2`, `192.168.100.0/24`. */
  readonly addresses: readonly string[];
}

/** What is kept for guests, whether one has it now or not. What no row opens there is closed. */
interface GuestNetworks {
  /**
   * What the names of guests' taps begin with: `tun` for `tun65`. Every interface with such a name is taken for a guest's
   * tap, but for `tun0`: no guest has it, and VPNs do.
   */
  readonly taps: string;
  /** The blocks that guests' addresses come from: `172.16.0.0/12`, `fd00:61::/48`. */
  readonly ranges: readonly string[];
}

/**
 * Who there is. Rows name a guest, a group, a machine or network of `named`, or one of: `guests` (all of them), `host`
 * (what the host itself receives and sends, on whichever of its addresses), `lan`, `anywhere` (every address, those of
 * guests and the host included).
 */
export interface FirewallZones {
  readonly guests: readonly ZoneGuest[];
  readonly host: {
    /** Addresses of the host that are known: on the LAN, and on the taps. It may have others. */
    readonly addresses: readonly string[];
    /** Its interface on the LAN: `eth0`. */
    readonly uplink: string;
  };
  /** The LAN's blocks. */
  readonly lan: readonly string[];
  readonly named?: readonly NamedZone[];
  readonly guestNetworks: GuestNetworks;
}

export type PolicyAction = 'accept' | 'drop' | 'reject';

/** One row of the policy table. The first row that matches a packet decides. */
export interface PolicyRow {
  readonly from: string;
  readonly to: string;
  /** Each a service's name, or what {@link Flow} says: `tcp/80,443`, `udp/1000-2000`, `icmp/echo-request`, `gre`, `any`. */
  readonly services: readonly string[];
  readonly action: PolicyAction;
  /** Write packets that the row decides to the kernel's log. */
  readonly log?: boolean;
  /** The row matches at most so many packets: `10/minute`, with a burst of 5. What is above it goes on to the next row. */
  readonly limit?: string;
  /** The moment from which the row is void: `2027-01-31` (its start, UTC) or `2027-01-31T12:00:00Z`. */
  readonly expires?: string;
  readonly comment?: string;
  /** Where the row stands in the inventory. */
  readonly line?: number;
}

/** TCP or UDP from the LAN's side to the host's port is handed to a guest; it is a row as well, and opens the guest's port. */
export interface PortForward {
  /** Who may use it: a zone. */
  readonly from: string;
  /** The host's port: `tcp/8080`. */
  readonly service: string;
  /** A guest with an IPv4 address. */
  readonly guest: string;
  readonly port: number;
  readonly line?: number;
}

export interface Policy {
  readonly rows: readonly PolicyRow[];
  /** Services of the user's own; they win over the usual ones. */
  readonly services?: readonly { readonly name: string; readonly flows: readonly string[] }[];
  /** Hide guests' IPv4 addresses behind the host's, towards everything that is neither guest, LAN nor named with a private address. Default: no. */
  readonly masquerade?: boolean;
  readonly forwards?: readonly PortForward[];
}
