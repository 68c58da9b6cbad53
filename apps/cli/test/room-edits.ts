import { barrier, boot, type EditKind, firewall, fresh, isPlain, namesOf, redefined, runs, udev } from './edit-kind.ts';

/** Guests that come, go, stop and start. */
export const roomEdits: readonly EditKind[] = [
  {
    what: 'a screen for all',
    make: (model, random) => {
      const name = random.one(
        namesOf(model, (guest) => isPlain(guest) && !guest.devices.some((each) => each.includes('<graphics'))),
      );
      const guest = model.guests[name ?? ''];
      if (name === undefined || guest === undefined) return undefined;
      guest.devices.push(
        `<graphics type='vnc' port='${5900 + guest.vmid}' listen='0.0.0.0'><listen type='address' address='0.0.0.0'/></graphics>`,
      );
      return { back: true, says: redefined(model, name) };
    },
  },
  {
    what: 'a guest that is stopped',
    make: (model, random) => {
      const name = random.one(namesOf(model, runs));
      const guest = model.guests[name ?? ''];
      if (name === undefined || guest === undefined || namesOf(model, runs).length < 3) return undefined;
      guest.state = 'stopped';
      return { says: [`stop ${name}: restart`] };
    },
  },
  {
    what: 'a guest that runs again',
    make: (model, random) => {
      const name = random.one(
        ['public', 'db', 'mail', 'web'].filter((each) => model.guests[each]?.state === 'stopped'),
      );
      const guest = model.guests[name ?? ''];
      if (name === undefined || guest === undefined) return undefined;
      delete guest.state;
      return { says: [`start ${name}: live`] };
    },
  },
  {
    what: 'a guest more',
    make: (model, random) => {
      const taken = new Set(Object.values(model.guests).map(({ vmid }) => vmid));
      const vmid =
        random.one(Array.from({ length: 99 }, (_, index) => index + 1).filter((each) => !taken.has(each))) ?? 99;
      const name = `n${fresh()}`;
      model.guests[name] = { vmid, state: 'stopped', devices: [], extra: [] };
      return {
        says: [
          boot,
          ...udev,
          ...firewall,
          barrier,
          ...Object.entries(model.defaults.disks).flatMap(([disk, size]) =>
            size === 'none' ? [] : [`create vg/${name}.${disk}: live`],
          ),
          `define ${name}: live`,
          `autostart ${name}: live`,
        ],
      };
    },
  },
  {
    what: 'a guest less, which is then destroyed',
    make: (model, random) => {
      const inUse = new Set([
        ...Object.values(model.groups).flat(),
        ...model.policy.flatMap(({ from, to }) => [from, to]),
        ...model.nat.forwards.map(({ guest }) => guest),
      ]);
      const name = random.one(
        namesOf(model, (guest) => guest.state === 'stopped').filter(
          (each) => !inUse.has(each) && each !== 'common' && /^[gn]/.test(each),
        ),
      );
      if (name === undefined || Object.keys(model.guests).length < 28) return undefined;
      delete model.guests[name];
      return {
        says: [boot, ...udev, ...firewall, barrier, `removed: ${name} is defined, and the inventory no longer has it`],
        leaves: new RegExp(`^removed: (${name} is defined|the volume vg/${name}\\.)`),
        afterwards: ['destroy', name, '--yes', `--confirm=${name}`],
      };
    },
  },
  {
    what: 'a guest by raw XML alone',
    make: (model, random) => {
      const name = random.one(
        namesOf(
          model,
          (guest) => guest.state === 'stopped' && isPlain(guest) && /^[gn]/.test('g') && (guest.vcpus ?? 1) === 1,
        ),
      );
      const guest = model.guests[name ?? ''];
      if (name === undefined || guest === undefined) return undefined;
      guest.template = 'none';
      delete guest.disks;
      delete guest.cmdline;
      guest.extra = ["<os><type arch='x86_64'>hvm</type></os>"];
      guest.devices = [];
      return {
        back: true,
        says: [`define ${name}: live`],
        leaves: new RegExp(`^removed: the volume vg/${name}\\.`),
      };
    },
  },
];
