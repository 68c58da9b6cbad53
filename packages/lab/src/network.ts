import type { LabMachine, LabPlan } from './plan.ts';
import { mustExecIn, writeFileIn } from './sandbox.ts';
import type { Holder } from './state.ts';

/** The router's own addresses: link-local, so that they can be nobody's in the inventory. */
const router = { 4: '169.254.77.1', 6: 'fe80::77' } as const;

/**
 * The LAN, as lines for `ip -batch` in the router's network: a bridge that all machines hang on, and a route to each.
 * Machines with an address elsewhere hang on the same bridge, but reach everything through the router.
 */
export function lanCommands(plan: LabPlan, holders: ReadonlyMap<string, Holder>): string[] {
  const lines = [
    'link add lan type bridge',
    'link set lan up',
    `addr add ${router[4]}/32 dev lan`,
    `addr add ${router[6]}/64 dev lan nodad`,
  ];
  if (plan.gateway !== undefined) lines.push(`addr add ${plan.gateway}/32 dev lan`);
  for (const [index, machine] of [plan.host, ...plan.neighbours].entries()) {
    const port = `port${index}`;
    lines.push(
      `link add ${port} type veth peer name ${machine.interface} netns ${holders.get(machine.name)?.innerPid}`,
      `link set ${port} master lan up`,
      ...machine.addresses.map(({ address, family }) => `route add ${address}/${family === 4 ? 32 : 128} dev lan`),
    );
  }
  return lines;
}

/** A machine's own side of the LAN, as lines for `ip -batch`. */
export function machineCommands({ interface: name, addresses }: LabMachine): string[] {
  return [
    `link set ${name} up`,
    ...addresses.map(
      ({ address, prefix, family }) => `addr add ${address}/${prefix} dev ${name}${family === 6 ? ' nodad' : ''}`,
    ),
    `route add default via ${router[4]} dev ${name} onlink`,
    `route add default via ${router[6]} dev ${name}`,
  ];
}

/** `/etc/hosts` for everyone in the lab: no name of it is looked up in vain. */
export function hostsFile({ host, neighbours, guests }: LabPlan): string {
  const lines = ['127.0.0.1 localhost', '::1 localhost'];
  for (const { name, addresses } of [host, ...neighbours]) {
    for (const { address } of addresses) lines.push(`${address} ${name}`);
  }
  for (const { guest, net } of guests) {
    lines.push(`${net.ipv4.guest} ${guest.name}`);
    if (net.ipv6) lines.push(`${net.ipv6.guest} ${guest.name}`);
  }
  return `${lines.join('\n')}\n`;
}

/** Connects all machines, and teaches those on the LAN the routes to the guests, by the very script a person would run. */
export async function connectMachines(
  plan: LabPlan,
  holders: ReadonlyMap<string, Holder>,
  routesScript: string,
): Promise<void> {
  const holderOf = (name: string): Holder => {
    const holder = holders.get(name);
    if (!holder) throw new Error(`the lab has no machine "${name}"`);
    return holder;
  };
  const batch = (name: string, lines: readonly string[]): Promise<string> =>
    mustExecIn(holderOf(name), ['ip', '-batch', '-'], `${lines.join('\n')}\n`);

  const settings = ['ipv4.ip_forward=1', 'ipv6.conf.all.forwarding=1', 'ipv4.conf.all.send_redirects=0'];
  await mustExecIn(holderOf('lan'), ['sysctl', '-qw', ...settings.map((setting) => `net.${setting}`)]);
  await batch('lan', lanCommands(plan, holders));
  await mustExecIn(holderOf('lan'), ['sysctl', '-qw', 'net.ipv4.conf.lan.send_redirects=0']);
  await Promise.all(
    [plan.host, ...plan.neighbours].map(async (machine) => {
      await batch(machine.name, machineCommands(machine));
      await writeFileIn(holderOf(machine.name), { path: '/etc/hosts', mode: 0o644, content: hostsFile(plan) });
      if (machine !== plan.host && machine.onLan) await mustExecIn(holderOf(machine.name), ['sh', '-s'], routesScript);
    }),
  );
  await mustExecIn(holderOf('lan'), ['sh', '-s'], routesScript);
}
