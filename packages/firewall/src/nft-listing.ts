/** What `nft -j -n list table inet kvm` prints, as far as the rulesets of this package use it (libnftables-json(5)). */
export interface NftListing {
  readonly nftables: readonly NftEntry[];
}

export interface NftEntry {
  readonly chain?: { readonly name: string; readonly type?: string; readonly hook?: string; readonly prio?: number };
  readonly rule?: { readonly chain: string; readonly comment?: string; readonly expr: readonly NftStatement[] };
  readonly set?: { readonly name: string; readonly type?: unknown; readonly elem?: readonly NftValue[] };
  readonly counter?: { readonly name: string; readonly packets: number; readonly bytes: number };
}

export interface NftStatement {
  readonly match?: { readonly op: string; readonly left: NftField; readonly right: NftValue | readonly NftValue[] };
  readonly counter?: string | { readonly map: { readonly key: NftField; readonly data: NftCounterMap } };
  readonly accept?: null;
  readonly drop?: null;
  readonly return?: null;
  readonly reject?: unknown;
  readonly limit?: unknown;
  readonly log?: unknown;
  /** Sets a mark. */
  readonly mangle?: unknown;
  /** Puts an element into a set, or changes one. */
  readonly set?: unknown;
  readonly jump?: { readonly target: string };
  readonly goto?: { readonly target: string };
}

interface NftCounterMap {
  readonly set: readonly (readonly [NftValue, string])[];
}

export interface NftField {
  readonly meta?: { readonly key: string };
  readonly payload?: { readonly protocol: string; readonly field: string };
  readonly ct?: { readonly key: string };
  readonly concat?: readonly NftField[];
}

export type NftValue =
  | string
  | number
  | {
      readonly prefix?: { readonly addr: string; readonly len: number };
      readonly range?: readonly [NftValue, NftValue];
      readonly set?: readonly NftValue[] | NftValue;
      readonly concat?: readonly NftValue[];
      readonly elem?: { readonly val: NftValue };
    };
