import { needs } from '@kvm/ci/needs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { diskEdits } from './disk-edits.ts';
import { EditedHost, type Tried } from './edits-on-host.ts';
import { tryForeignChange } from './foreign-changes-on-host.ts';
import { foreignGuestChanges } from './foreign-guest-changes.ts';
import { foreignHostChanges } from './foreign-host-changes.ts';
import { guestEdits } from './guest-edits.ts';
import { hostEdits } from './host-edits.ts';
import { policyEdits } from './policy-edits.ts';
import { Random } from './random.ts';
import { roomEdits } from './room-edits.ts';
import { SoakedHost } from './soaked-host.ts';

const seed = 18;
const edits = 100;
const timeout = 3_600_000;

/** Of each kind that libvirt, LVM, the kernel's network and files have. */
const foreignChanges = [...foreignGuestChanges, ...foreignHostChanges];
/** Over everything that an inventory can say. */
const editKinds = [...diskEdits, ...guestEdits, ...roomEdits, ...hostEdits, ...policyEdits];

/** Prints how each was, and counts. */
class Count {
  readonly wrong: string[] = [];
  #tried = 0;
  readonly #what: string;

  constructor(what: string) {
    this.#what = what;
  }

  get tried(): number {
    return this.#tried;
  }

  add({ what, wrong }: Tried): void {
    this.#tried += 1;
    const said = [what, ...wrong].join('\n    ');
    console.log(`${this.#tried} ${said}`);
    if (wrong.length > 0) this.wrong.push(said);
  }

  print(): void {
    console.log(`${this.#what}: ${this.#tried} tried, ${this.#tried - this.wrong.length} right`);
  }
}

describe.skipIf(needs('root', 'libvirtd', 'qemu-system-x86_64', 'nft', 'virsh', 'lvm', 'losetup', 'tc'))(
  'a host with 30 guests',
  { timeout },
  () => {
    let host: SoakedHost;
    beforeAll(async () => {
      host = await SoakedHost.start();
    });
    afterAll(() => host?.[Symbol.asyncDispose]());

    test(`each of ${foreignChanges.length} foreign changes is told, and mended or refused with a reason`, async () => {
      const count = new Count('foreign changes');
      for (const change of foreignChanges) count.add(await tryForeignChange(host, change));
      count.print();
      expect(count.wrong).toEqual([]);
    });

    test(`each of ${edits} edits of the inventory has the labels of what happens, and leaves nothing to do`, async () => {
      const random = new Random(seed);
      const edited = new EditedHost(host, random);
      const count = new Count(`seed ${seed}: edits`);
      const kinds = random.shuffled(editKinds);
      for (let turn = 0; count.tried < edits && turn < edits * 10; turn += 1) {
        const kind = kinds[turn] ?? random.one(editKinds);
        const tried = kind && (await edited.try(kind));
        if (tried) count.add(tried);
      }
      count.print();
      expect(count.wrong).toEqual([]);
      expect(count.tried).toBe(edits);
    });
  },
);
