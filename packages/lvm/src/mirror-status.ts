/** A mirror of device-mapper's, as `dmsetup status` shows it: what pvmove copies with. */
export interface MirrorStatus {
  /** Regions that are the same on all legs. */
  readonly copied: number;
  readonly regions: number;
  /** In the order of the legs, of a move the source first: what went wrong there; undefined where all is well. */
  readonly faults: readonly (string | undefined)[];
}

/** Letters of a leg's health, from dm-raid1.c of the kernel. */
const FAULTS: Readonly<Record<string, string>> = {
  D: 'writing failed',
  F: 'flushing failed',
  S: 'copying failed',
  R: 'reading failed',
  U: 'something failed',
};

/**
 * Reads what `dmsetup status` says of one device.
 *
 *     0 491520 mirror 2 253:2 253:3 87/120 1 AA 1 core
 *
 * @returns undefined when the device is no mirror
 */
export function parseMirrorStatus(text: string): MirrorStatus | undefined {
  const [, copied, regions, health] = /^\d+ \d+ mirror \d+ (?:\d+:\d+ )+(\d+)\/(\d+) \d+ ([A-Z]+)\b/m.exec(text) ?? [];
  if (health === undefined) return undefined;
  return {
    copied: Number(copied),
    regions: Number(regions),
    faults: [...health].map((letter) => (letter === 'A' ? undefined : (FAULTS[letter] ?? `is in state ${letter}`))),
  };
}
