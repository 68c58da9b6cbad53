import { buildShared } from './build-shared.ts';
import { BUILT_IN } from './built-in.ts';
import { disksOf, type EffectiveDisks } from './effective-disks.ts';
import { type ExportDisks, exportDisks } from './export-disks.ts';
import type {
  Autostart,
  Guest,
  GuestDisk,
  Inventory,
  InventoryHost,
  InventoryNat,
  Machine,
  PolicyRule,
} from './inventory.ts';
import type { InventoryPath } from './problem.ts';
import type { DiskKeys } from './schema/disk.ts';
import type { InventoryFile } from './schema/inventory.ts';
import type { Draft } from './schema/shape.ts';
import { parseAddress, parseBlock, parseInterface } from './values/ip.ts';
import { DELAY, DISK, MEMORY, type Measure, parseQuantity } from './values/quantity.ts';

type GuestKeys = NonNullable<InventoryFile['defaults']>;
type GuestFile = NonNullable<InventoryFile['guests']>[string];

/** A quantity that has been judged already. */
const amount = (text: string, measure: Measure): number => Number(parseQuantity(text, measure));

function buildAutostart(value: NonNullable<GuestKeys['autostart']>): Autostart | false {
  if (value === false) return false;
  const { order = BUILT_IN.autostart.order, delay = BUILT_IN.autostart.delay } = value === true ? {} : value;
  return { order, delaySeconds: amount(delay, DELAY) };
}

function buildDisk(name: string, { size = '', type = BUILT_IN.disk.type, ...keys }: Draft<DiskKeys>): GuestDisk {
  const { over, pool, on, from } = keys;
  return {
    name,
    bytes: amount(size, DISK),
    ...(type !== 'linear' && { type }),
    ...((type === 'striped' || type === 'raid1') && { over: over ?? BUILT_IN.disk.over }),
    ...(type === 'thin' && { pool: pool ?? BUILT_IN.disk.pool }),
    ...(on && { on: [on].flat() }),
    ...(from !== undefined && { from }),
  };
}

/** What guests take from outside of their own keys. */
interface Surroundings {
  readonly defaults: GuestKeys;
  /** Disks of the guest that serves files; undefined when no guest does. */
  readonly exported: ExportDisks | undefined;
  /** Disks of the many guests that say nothing of theirs. */
  readonly usual: readonly GuestDisk[];
}

const buildDisks = (disks: EffectiveDisks): GuestDisk[] => [...disks].map(([name, keys]) => buildDisk(name, keys));

function guestDisks(name: string, own: GuestFile, { defaults, exported, usual }: Surroundings): readonly GuestDisk[] {
  if (exported?.server === name) {
    const serials = new Set(exported.disks.values());
    return buildDisks(disksOf(defaults, own, exported.added)).map((disk) =>
      serials.has(disk.name) ? { ...disk, serial: disk.name } : disk,
    );
  }
  return own.disks === undefined && own.template === undefined ? usual : buildDisks(disksOf(defaults, own));
}

function buildGuest(name: string, own: GuestFile, surroundings: Surroundings): Guest {
  const { vmid, uuid, template, xml } = own;
  const keys = { ...BUILT_IN.guest, ...surroundings.defaults, ...own };
  return {
    name,
    vmid,
    memoryKiB: amount(keys.memory, MEMORY) / 1024,
    vcpus: keys.vcpus,
    disks: guestDisks(name, own, surroundings),
    cmdline: keys.cmdline,
    autostart: buildAutostart(keys.autostart),
    state: keys.state,
    ...(keys.system !== undefined && keys.system !== BUILT_IN.system && { system: keys.system }),
    ...(uuid !== undefined && { uuid }),
    ...(template !== undefined && { template }),
    ...(xml !== undefined && { xml }),
  };
}

function buildHost(host: InventoryFile['host']): InventoryHost {
  const lan = parseInterface(host.address);
  const lan6 = parseInterface(host.address6 ?? '');
  const { name, gateway, current, initrd, uplink = BUILT_IN.uplink, vg = BUILT_IN.vg } = host;
  return {
    name,
    address: lan?.address.text ?? '',
    prefix: lan?.network.prefix ?? 0,
    network: lan?.network.text ?? '',
    ...(lan6 && { address6: lan6.address.text, prefix6: lan6.network.prefix, network6: lan6.network.text }),
    ...(gateway !== undefined && { gateway }),
    uplink,
    vg,
    kernel: host.kernel ?? BUILT_IN.kernel,
    ...(current !== undefined && { current }),
    ...(initrd !== undefined && { initrd }),
    emulator: host.emulator ?? BUILT_IN.emulator,
    firewall: host.firewall ?? BUILT_IN.firewall,
  };
}

function buildMachine(name: string, value: string | readonly string[]): Machine {
  const addresses = [value].flat().map((text) => parseAddress(text));
  const address = addresses.find((each) => each?.family === 4)?.text;
  const address6 = addresses.find((each) => each?.family === 6)?.text;
  return { name, ...(address !== undefined && { address }), ...(address6 !== undefined && { address6 }) };
}

type LineOf = (path: InventoryPath) => number;

function buildPolicy(policy: NonNullable<InventoryFile['policy']>, lineOf: LineOf): PolicyRule[] {
  return policy.map(({ service, action = 'accept', ...row }, index) => ({
    ...row,
    services: [service].flat(),
    action,
    line: lineOf(['policy', index]),
  }));
}

function buildNat(nat: NonNullable<InventoryFile['nat']>, lineOf: LineOf): InventoryNat {
  const { masquerade = false, forwards = [] } = nat;
  return {
    masquerade,
    forwards: forwards.map((forward, index) => ({ ...forward, line: lineOf(['nat', 'forwards', index]) })),
  };
}

/** Fills in what the file leaves to defaults. The file has been judged and has no mistakes. */
export function buildInventory(file: InventoryFile, lineOf: LineOf): Inventory {
  const { domain = BUILT_IN.domain, guests = {}, machines = {}, networks = {} } = file;
  const { defaults = {}, groups = {}, services = {}, policy, nat } = file;
  const surroundings = { defaults, exported: exportDisks(file), usual: buildDisks(disksOf(defaults, {})) };
  const { ipv4, prefix, ipv6 } = { ...BUILT_IN.ranges, ipv6: undefined, ...file.ranges };
  return {
    domain,
    host: buildHost(file.host),
    ranges: { ipv4, prefix, ...(ipv6 !== undefined && { ipv6: parseBlock(ipv6)?.text ?? ipv6 }) },
    networks: Object.entries(networks).map(([name, value]) => ({
      name,
      cidrs: [value].flat().map((text) => parseBlock(text)?.text ?? text),
    })),
    machines: Object.entries(machines).map(([name, value]) => buildMachine(name, value)),
    guests: Object.entries(guests).map(([name, own]) => buildGuest(name, own, surroundings)),
    ...(file.shared && { shared: buildShared(file, file.shared) }),
    groups: Object.entries(groups).map(([name, members]) => ({ name, guests: members })),
    services: Object.entries(services).map(([name, flows]) => ({ name, flows: [flows].flat() })),
    ...(policy && { policy: buildPolicy(policy, lineOf) }),
    ...(nat && { nat: buildNat(nat, lineOf) }),
  };
}
