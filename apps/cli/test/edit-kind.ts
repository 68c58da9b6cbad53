import type { Random } from './random.ts';
import type { GuestModel, InventoryModel } from './soaked-inventory.ts';

/** What the plan has to say, in whole lines or their sense; lines that the plan before said too do not count. */
export interface Expected {
  readonly says: readonly (string | RegExp)[];
  /** Guests that `apply` is told may lose sight of their disks. */
  readonly confirm?: string;
  /** What is left when all is done, a volume that nobody has any more or the like. */
  readonly leaves?: RegExp;
  /** Nothing of it is to be done: why, and the file goes back to what it was. */
  readonly refused?: true;
  /** The file goes back to what it was once this is done. */
  readonly back?: true;
  /** What a person does afterwards, as `kvmctl`'s arguments. */
  readonly afterwards?: readonly string[];
}

/** A change of the file. It gives nothing when the file has no place for it just now. */
export interface EditKind {
  readonly what: string;
  readonly make: (model: InventoryModel, random: Random) => Expected | undefined;
}

export const firewall = ['load firewall: live', 'write /etc/kvm/firewall.nft: live'];
export const boot = 'write /etc/kvm/boot-guests: live';
export const barrier = 'write /etc/kvm/barrier: live';
export const udev = ['write /etc/udev/rules.d/57-kvm-guests.rules: live', 'load udev rules: live'];
export const restart = (guest: string) => `restart: ${guest} runs on, and has this only after a restart`;

export const runs = ({ state }: GuestModel): boolean => state !== 'stopped';
export const namesOf = (model: InventoryModel, which: (guest: GuestModel) => boolean): string[] =>
  Object.entries(model.guests).flatMap(([name, guest]) => (which(guest) ? [name] : []));
export const isPlain = (guest: GuestModel): boolean => guest.template === undefined;

/** What a changed definition is to a guest: one that runs goes on with what it has. */
export const redefined = (model: InventoryModel, name: string): string[] =>
  runs(model.guests[name] as GuestModel) ? [`define ${name}: next boot`, restart(name)] : [`define ${name}: live`];
export const allRedefined = (model: InventoryModel, which: (guest: GuestModel) => boolean): string[] =>
  namesOf(model, (guest) => isPlain(guest) && which(guest)).flatMap((name) => redefined(model, name));

let count = 0;
/** A number that nothing had before. */
export const fresh = (): number => {
  count += 1;
  return count;
};
export const freshPort = (): string => `tcp/${9200 + fresh()}`;

/** A change of one guest, of those that run or of those that do not. */
export const ofGuest = (
  what: string,
  change: (guest: GuestModel, context: { model: InventoryModel; name: string; random: Random }) => Expected | undefined,
  which: (guest: GuestModel) => boolean = () => true,
): EditKind[] =>
  (['runs', 'does not run'] as const).map((how) => ({
    what: `${what} of a guest that ${how}`,
    make: (model, random) => {
      const name = random.one(
        namesOf(model, (guest) => isPlain(guest) && runs(guest) === (how === 'runs') && which(guest)),
      );
      const guest = name === undefined ? undefined : model.guests[name];
      if (name === undefined || guest === undefined) return undefined;
      return change(guest, { model, name, random }) ?? { says: redefined(model, name) };
    },
  }));
