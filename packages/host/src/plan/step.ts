import type { DomainDocument } from '@kvm/domain-xml';
import type { BackEnd, ResolvedPolicy } from '@kvm/firewall';
import type { Step as LvmStep } from '@kvm/lvm';
import type { RenderedText } from '@kvm/netplan';
import type { HostLink } from '../observed.ts';

/**
 * What a step means to a guest that runs: `live` it notices nothing or has the change at once; `next boot` it has the change
 * when it starts the next time; `restart` it is stopped, or stopped and started, or cut off until it is; `destroys data` what is
 * gone is gone.
 */
export type StepEffect = 'live' | 'next boot' | 'restart' | 'destroys data';

/** One thing that becomes another. */
export interface StepChange {
  /** `memory`, `devices.disk[vdb]`, `mode` */
  readonly what: string;
  /** Absent when it was not there. */
  readonly before?: string | undefined;
  /** Absent when it is to go. */
  readonly after?: string | undefined;
  /** Of a definition: when the guest has this change. */
  readonly effect?: StepEffect;
}

/** What of the inventory changes follow from, in its own words: `vmid` 65 -> 61, `memory` 96 MiB -> 112 MiB, `disks.root`. */
export interface Cause extends StepChange {
  /** `what` of each of the changes that follow from it. */
  readonly follows: readonly string[];
}

/**
 * What is done, as data for whoever does it. `uuid` is that of the domain that the plan was made for: whatever is called so
 * meanwhile is left alone.
 */
export type StepAction =
  | { readonly kind: 'write file'; readonly file: RenderedText }
  | { readonly kind: 'link'; readonly link: HostLink }
  | { readonly kind: 'run'; readonly command: readonly [string, ...string[]] }
  | { readonly kind: 'load firewall'; readonly policy: ResolvedPolicy; readonly backEnd: BackEnd }
  | { readonly kind: 'unit'; readonly unit: string; readonly verb: 'enable' | 'start' }
  | { readonly kind: 'volume'; readonly step: LvmStep }
  /** `remove`: addresses that it has first to lose, `172.16.65.254/24`; `mtu`: bytes of its largest packet. */
  | { readonly kind: 'set up tap'; readonly tap: string; readonly remove: readonly string[]; readonly mtu: number }
  /** Tells a running guest what size its disk has now. */
  | {
      readonly kind: 'resize disk';
      readonly guest: string;
      readonly uuid: string;
      readonly disk: string;
      readonly bytes: number;
    }
  /** `replaces`: the disks whose data may lie elsewhere afterwards, as `vda`; with any other, nothing is done. */
  | { readonly kind: 'define'; readonly domain: DomainDocument; readonly replaces: readonly string[] }
  | { readonly kind: 'autostart'; readonly guest: string; readonly uuid: string; readonly on: boolean }
  | {
      readonly kind: 'attach disk';
      readonly guest: string;
      readonly uuid: string;
      readonly disk: string;
      readonly domain: DomainDocument;
    }
  | { readonly kind: 'set memory'; readonly guest: string; readonly uuid: string; readonly kib: number }
  /** `delaySeconds` pass before the step is done. */
  | { readonly kind: 'start'; readonly guest: string; readonly uuid: string; readonly delaySeconds: number }
  | { readonly kind: 'resume'; readonly guest: string; readonly uuid: string }
  /** `undefines`: it is to be undefined afterwards, and goes on running when something would keep it from that. */
  | {
      readonly kind: 'stop';
      readonly guest: string;
      readonly uuid: string;
      readonly replaces: readonly string[];
      readonly undefines?: true;
    }
  | {
      readonly kind: 'restart';
      readonly guest: string;
      readonly uuid: string;
      readonly replaces: readonly string[];
      readonly probe?: GuestProbe;
    }
  | { readonly kind: 'undefine'; readonly guest: string; readonly uuid: string };

/** How to see that a guest's network answers: it is asked for its address on its own link. */
export interface GuestProbe {
  readonly address: string;
  readonly mac: string;
  readonly tap: string;
}

export interface Step {
  /** Unique in a plan, the same in every plan: `define public`. */
  readonly id: string;
  /** Absent for what concerns the host as a whole. */
  readonly guest?: string;
  /** `+` something comes, `~` it changes, `-` it goes, `>` something is done. */
  readonly sign: '+' | '~' | '-' | '>';
  /** `define the domain` */
  readonly title: string;
  readonly effect: StepEffect;
  readonly changes: readonly StepChange[];
  /** Of a guest's domain: what they follow from, as far as the inventory has words for it. */
  readonly causes?: readonly Cause[];
  /** Why: a sentence without a full stop. */
  readonly reason: string;
  /** Ids of steps that must be done before. */
  readonly after: readonly string[];
  /** Ids of steps that come before, whether they succeed or not. */
  readonly behind?: readonly string[];
  readonly action: StepAction;
}

/** Something that differs and is left alone until a person says so, or mends it. */
export interface Waiting {
  readonly guest?: string;
  /**
   * `restart` a running guest has not yet what its definition says; `removed` a guest that the inventory no longer has;
   * `blocked` something stands in the way of a step; `differs` it may stay so, and only a person can decide.
   */
  readonly kind: 'restart' | 'removed' | 'blocked' | 'differs';
  /** A sentence without a full stop. */
  readonly what: string;
  /** Where it differs, where that is not the inventory. */
  readonly in?: 'running guest' | 'kept memory' | 'definition' | 'network' | 'units' | 'firewall' | 'file';
  /** What to do, a sentence. */
  readonly remedy: string;
  readonly changes: readonly StepChange[];
  /** As those of a step. */
  readonly causes?: readonly Cause[];
}

/** A part of a plan, of one kind of thing. */
export interface PlanPart {
  readonly steps: readonly Step[];
  readonly waiting: readonly Waiting[];
}

/** What it takes to make a host what an inventory says, in an order that works: every step stands after those it needs. */
export interface Plan {
  readonly steps: readonly Step[];
  /** What differs and is left alone. */
  readonly waiting: readonly Waiting[];
  /** What a person left out; absent for a plan of all. */
  readonly leftOut?: LeftOut;
}

/** What a plan does not do because a person said so. */
export interface LeftOut {
  /** Not asked for. */
  readonly steps: readonly Step[];
  readonly waiting: readonly Waiting[];
  /** Asked for, and each needs a step that is left out. */
  readonly dependents: readonly { readonly step: Step; readonly needs: string }[];
}

export interface PlanOptions {
  /** Only what these name: guests, groups of them, `host`, or kinds of steps. */
  readonly target?: readonly string[];
  /** All but what these name, and but what needs it. */
  readonly exclude?: readonly string[];
  /** Restart running guests whose definition has changed. */
  readonly restart?: boolean;
  /** Volumes that are not marked as ours and are from now on, as `vg/name`: a person said so. */
  readonly adopt?: readonly string[];
  /** Guests whose disks may be replaced by others, with what is on them: a person said so. */
  readonly confirm?: readonly string[];
}
