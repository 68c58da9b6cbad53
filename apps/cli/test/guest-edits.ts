import { barrier, boot, type EditKind, firewall, ofGuest, redefined, runs } from './edit-kind.ts';

const withDevice = (what: string, xml: string): EditKind[] => [
  ...ofGuest(
    what,
    (guest) => {
      guest.devices.push(xml);
    },
    ({ devices }) => !devices.includes(xml),
  ),
  ...ofGuest(
    `${what}, taken back,`,
    (guest) => {
      guest.devices.splice(guest.devices.indexOf(xml), 1);
    },
    ({ devices }) => devices.includes(xml),
  ),
];

const withExtra = (what: string, xml: string): EditKind[] =>
  ofGuest(
    what,
    (guest) => {
      guest.extra.push(xml);
    },
    ({ extra }) => !extra.some((each) => each.slice(0, 6) === xml.slice(0, 6)),
  );

/** What a guest is: its size, its devices, its numbers. */
export const guestEdits: readonly EditKind[] = [
  ...ofGuest('memory', (guest, { random }) => {
    const now = Number.parseInt(guest.memory ?? '128', 10);
    guest.memory = `${now === 128 ? 112 + 32 * random.below(2) : 128} MiB`;
  }),
  ...ofGuest('processors', (guest) => {
    guest.vcpus = (guest.vcpus ?? 1) === 1 ? 2 : 1;
  }),
  ...ofGuest('a kernel command line', (guest, { random }) => {
    guest.cmdline = `root=/dev/vda ro quiet word${random.below(100_000)}`;
  }),
  ...ofGuest('a start with the host', (guest, { name, random }) => {
    const now = guest.autostart ?? true;
    const next = random.one(
      [false, true, { order: random.below(90) }, { order: 70, delay: '1 s' }].filter(
        (each) => JSON.stringify(each) !== JSON.stringify(now),
      ),
    );
    if (next === undefined) return undefined;
    guest.autostart = next;
    const turns = (now === false) !== (next === false);
    return { says: [boot, ...(turns ? [`autostart ${name}: live`] : [])] };
  }),
  ...ofGuest('its own UUID, which follows from the names,', (guest) => {
    guest.uuid = '4dea22b3-1d52-48f3-a516-782e98ab3fa0';
    return {
      refused: true,
      says: [/^blocked: .* is from an inventory with another host\.name, or another uuid of it/],
    };
  }),
  ...ofGuest('what it runs', (guest, { model }) => {
    if (model.shared !== undefined) return undefined; // not every service is known there
    guest.system = guest.system === 'alpine' ? 'debian' : 'alpine';
    return { says: [] };
  }),
  ...ofGuest('a name', (guest, { model, name }) => {
    const other = `${name}-2`;
    model.guests = Object.fromEntries(
      Object.entries(model.guests).map(([each, own]) => [each === name ? other : each, own]),
    );
    for (const members of Object.values(model.groups))
      members.splice(0, members.length, ...members.map((each) => (each === name ? other : each)));
    for (const row of model.policy) {
      if (row.from === name) row.from = other;
      if (row.to === name) row.to = other;
    }
    for (const forward of model.nat.forwards) if (forward.guest === name) forward.guest = other;
    void guest;
    return {
      refused: true,
      says: [new RegExp(`^blocked: ${other} has VMID ${guest.vmid}, which ${name} has on the host`), /./],
    };
  }),
  ...ofGuest('a VMID', (guest, { model, name, random }) => {
    const taken = new Set(Object.values(model.guests).map(({ vmid }) => vmid));
    guest.vmid =
      random.one(Array.from({ length: 99 }, (_, index) => index + 1).filter((each) => !taken.has(each))) ?? 99;
    return {
      says: runs(guest)
        ? ['load firewall: restart', 'write /etc/kvm/firewall.nft: live', barrier, ...redefined(model, name)]
        : [...firewall, barrier, ...redefined(model, name)],
    };
  }),
  ...withDevice('a source of randomness', "<rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>"),
  ...withDevice('a channel', "<channel type='unix'><target type='virtio' name='org.example.0'/></channel>"),
  ...withDevice(
    'a card more',
    "<interface type='user'><mac address='52:54:00:00:77:01'/><model type='virtio'/></interface>",
  ),
  ...withDevice('a watchdog', "<watchdog model='i6300esb' action='none'/>"),
  ...withDevice('a tablet', "<input type='tablet' bus='usb'/>"),
  ...withExtra('a title', '<title>Mine</title>'),
  ...withExtra('a limit of processor time', '<cputune><shares>512</shares></cputune>'),
  ...withExtra('another end after a crash', '<on_crash>restart</on_crash>'),
  ...withExtra('memory that is locked', '<memoryBacking><nosharepages/></memoryBacking>'),
  ...withExtra('another clock', "<clock offset='localtime'/>"),
];
