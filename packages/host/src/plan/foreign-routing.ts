import { covers, parsePrefix } from '@kvm/firewall';
import type { GuestNet } from '@kvm/netplan';
import type { Desired } from '../desired/desired.ts';
import type { Observed, ObservedRoutingRule, ObservedTap } from '../observed.ts';
import type { Waiting } from './step.ts';

/** Rules of others by which a table of theirs routes what comes from a guest or goes to it. They may be meant: a person decides. */
export const ruledAway = (guest: string, net: GuestNet, rules: readonly ObservedRoutingRule[]): Waiting[] =>
  rules
    .filter(({ devices, networks }) => devices.includes(net.tap) || networks.some((network) => isOf(net, network)))
    .map(({ priority, devices, networks }) => ({
      guest,
      kind: 'differs',
      in: 'network',
      what: `a rule of routing for ${[...devices, ...networks].join(' and ')} comes before the host's own routes for ${guest}`,
      remedy: `\`ip rule show priority ${priority}\` shows it; \`ip rule del priority ${priority}\` removes it.`,
      changes: [],
    }));

/** Whether a network is in a guest's, or this in it. */
function isOf({ ipv4, ipv6 }: GuestNet, network: string): boolean {
  const of = parsePrefix(network);
  return [ipv4, ...(ipv6 ? [ipv6] : [])].some(({ cidr }) => {
    const own = parsePrefix(cidr);
    return of !== undefined && own !== undefined && (covers(of, own) || covers(own, of));
  });
}

/** A tap by itself that the host forwards nothing from, while it does from others. What lets the host forward lets every tap. */
export const notPassedOn = (
  guest: string,
  tap: string,
  { settings }: ObservedTap,
  isHostToForward: boolean,
): Waiting[] =>
  isHostToForward || settings.get(`ipv4/conf/${tap}/forwarding`) !== '0'
    ? []
    : [
        {
          guest,
          kind: 'differs',
          in: 'network',
          what: `the host passes nothing on that comes from ${guest}: net.ipv4.conf.${tap}.forwarding is 0`,
          remedy: `\`sysctl -w net.ipv4.conf.${tap}.forwarding=1\` lets it, and so does a restart of ${guest}.`,
          changes: [],
        },
      ];

/** Neighbours at a tap that somebody has set for good, with a MAC address that is not the guest's: it hears nothing of what is sent there. */
export const misled = (guest: string, { tap, mac }: GuestNet, { neighbours = [] }: ObservedTap): Waiting[] =>
  neighbours
    .filter((each) => each.mac !== mac.toLowerCase())
    .map(({ address, mac: other }) => ({
      guest,
      kind: 'differs',
      in: 'network',
      what: `what goes to ${address} at ${tap} is sent to ${other || 'no MAC address'}, set by somebody for good, and ${guest} has ${mac}`,
      remedy: `\`ip neigh show dev ${tap} nud permanent\` shows it; \`ip neigh del ${address} dev ${tap}\` removes it.`,
      changes: [],
    }));

/** An interface to the LAN that somebody has set down: guests and the host reach nothing there. */
export const setDown = ({ inventory }: Desired, { uplinkIsDown }: Observed): Waiting[] => {
  const { uplink } = inventory.host;
  if (!uplinkIsDown) return [];
  return [
    {
      kind: 'differs',
      in: 'network',
      what: `${uplink}, the host's interface to the LAN, is down: nothing gets in or out`,
      remedy: `\`ip link set ${uplink} up\` sets it up; routes through it may have to be made anew, as \`ifup\` or a restart of the network does.`,
      changes: [],
    },
  ];
};

/** A queue of others that what goes to a guest has to wait in, or is dropped from. */
export const heldBack = (guest: string, tap: string, { queue }: ObservedTap): Waiting[] =>
  queue === undefined
    ? []
    : [
        {
          guest,
          kind: 'differs',
          in: 'network',
          what: `what goes to ${guest} waits in a queue (${queue}) that somebody has put at ${tap}`,
          remedy: `\`tc -s qdisc show dev ${tap}\` shows it; \`tc qdisc del dev ${tap} root\` removes it.`,
          changes: [],
        },
      ];
