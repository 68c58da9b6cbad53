import type { Mentions } from './mentions.ts';
import { type OpenRange, openRanges } from './open-ranges.ts';
import { arrivalOf, departureOf, isHost, type Packet } from './packet.ts';
import type { Place } from './places.ts';
import { type AddressFamily, prefixOf } from './prefix.ts';
import type { ResolvedPolicy } from './resolved.ts';
import { StepList } from './step-list.ts';
import { inlined, Numbers, narrow, narrowStep, type Step, StepNumbers } from './steps.ts';

/** A place as the source of packets. Those with the same number are treated alike, wherever they send to. */
export interface Source {
  readonly number: number;
  readonly ways: readonly SourceWay[];
}

interface SourceWay {
  readonly family: AddressFamily;
  /** By the host itself. */
  readonly isSent: boolean;
  /** What is left of the steps for what comes from there. */
  readonly steps: readonly Step<unknown>[];
}

/** A place as the destination of packets: of each family, of what the host sends and of what others do. */
type Destination = { readonly [Family in AddressFamily]?: { readonly sent: Packet; readonly passing: Packet } };

interface Match {
  readonly destination: number;
  readonly left: Step<unknown>;
  /** Of what is left. */
  readonly number: number;
}

interface Judged {
  readonly steps: readonly Step<unknown>[];
  /** Seconds since 1970. */
  readonly time: number;
  /** Those that are told apart. */
  readonly protocols: Mentions['protocols'];
}

/** Of a packet of which no address is read. */
const NOWHERE = prefixOf(0n, 4);

/**
 * Judges ways between places a source at a time. Destinations that no step tells apart are one, and a step costs no more than
 * there are destinations that it lets through or not, so that work grows as what is open does.
 */
export class Judge {
  readonly #policy: ResolvedPolicy;
  readonly #protocols: Mentions['protocols'];
  /** Those that are left for a new packet at the time. */
  readonly #steps: readonly Step<unknown>[];
  readonly #moment: Packet;
  readonly #numbers = new StepNumbers();
  readonly #sources = new Numbers<string>();
  readonly #destinationNumbers = new Numbers<string>();
  readonly #destinations: Destination[] = [];
  readonly #matches = new Map<string, readonly Match[]>();
  readonly #ranges = new Map<string, readonly OpenRange[]>();
  readonly #open = new Map<string, readonly OpenRange[]>();

  constructor(policy: ResolvedPolicy, { steps, time, protocols }: Judged) {
    this.#policy = policy;
    this.#protocols = protocols;
    this.#moment = { from: NOWHERE, to: NOWHERE, protocol: 0, state: 'new', time };
    this.#steps = narrow(inlined(steps), 'moment', this.#moment);
  }

  /** What the host sends is so by whichever of its addresses. */
  source({ kind, addresses }: Place): Source {
    const ways = addresses.map((from): SourceWay => {
      const isSent = kind === 'host' || isHost(this.#policy, from);
      const arrival = isSent ? { from } : arrivalOf(this.#policy, from);
      const steps = narrow(this.#steps, 'source', { ...this.#moment, ...arrival });
      return { family: from.family, isSent, steps };
    });
    const texts = ways.map(({ family, isSent, steps }) => `${family} ${isSent} ${this.#numbers.of(steps)}`);
    return { ways, number: this.#sources.of(texts.join()) };
  }

  /**
   * What the host receives is so by whichever of its addresses.
   *
   * @returns its number, the same for those that are treated alike, wherever a packet comes from
   */
  destination({ kind, addresses }: Place): number {
    const departure = (to: Packet['to'], isSent: boolean): Packet => ({
      ...this.#moment,
      ...(kind === 'host' ? { to } : departureOf(this.#policy, to, isSent)),
    });
    const ways = addresses.map(
      (to) => [to.family, { sent: departure(to, true), passing: departure(to, false) }] as const,
    );
    const left = (packet: Packet): number => this.#numbers.of(narrow(this.#steps, 'destination', packet));
    const texts = ways.map(([family, { sent, passing }]) => {
      const isSame = sent.outInterface === passing.outInterface;
      return `${family} ${left(sent)} ${isSame ? '' : left(passing)}`;
    });
    const number = this.#destinationNumbers.of(texts.join());
    this.#destinations[number] ??= Object.fromEntries(ways);
    return number;
  }

  /** What a source may open, by the number of each destination; the same object for the same. All destinations are known by then. */
  openFrom({ ways }: Source): readonly (readonly OpenRange[])[] {
    const [some = [], others = []] = ways.map((way) => this.#rangesFrom(way));
    const joined = new Map<unknown, Map<unknown, readonly OpenRange[]>>();
    return this.#destinations.map((_, destination) => {
      const [one, other] = [some[destination], others[destination]];
      const byOther = joined.get(one) ?? new Map<unknown, readonly OpenRange[]>();
      const open = byOther.get(other) ?? this.#shared([...(one ?? []), ...(other ?? [])]);
      joined.set(one, byOther.set(other, open));
      return open;
    });
  }

  /** For each destination what is open by one family; nothing where it has no address of the family. */
  #rangesFrom(way: SourceWay): (readonly OpenRange[] | undefined)[] {
    const none = new StepList();
    const lists = this.#destinations.map(({ [way.family]: packets }) => packets && none);
    for (const step of way.steps)
      for (const { destination, left, number } of this.#matchesOf(step, way))
        lists[destination] = lists[destination]?.with(left, number);
    const open = new Map<StepList, readonly OpenRange[]>();
    return lists.map((list) => {
      if (list === undefined) return undefined;
      const ranges = open.get(list) ?? this.#rangesOf(list, way.family);
      open.set(list, ranges);
      return ranges;
    });
  }

  #rangesOf(list: StepList, family: AddressFamily): readonly OpenRange[] {
    const name = `${family}${list.name}`;
    const ranges = this.#ranges.get(name) ?? openRanges(list.steps(), family, this.#protocols);
    this.#ranges.set(name, ranges);
    return ranges;
  }

  /** Where a step, of which the source is known, may decide, and what is left of it. */
  #matchesOf(step: Step<unknown>, { family, isSent }: SourceWay): readonly Match[] {
    const name = `${family} ${isSent} ${this.#numbers.ofStep(step)}`;
    const known = this.#matches.get(name);
    if (known !== undefined) return known;
    const matches = this.#destinations.flatMap(({ [family]: packets }, destination): Match[] => {
      const left = packets && narrowStep(step, 'destination', isSent ? packets.sent : packets.passing);
      return left === undefined ? [] : [{ destination, left, number: this.#numbers.ofStep(left) }];
    });
    this.#matches.set(name, matches);
    return matches;
  }

  #shared(ranges: readonly OpenRange[]): readonly OpenRange[] {
    const name = ranges.map(({ family, protocol, first, last }) => `${family} ${protocol} ${first} ${last}`).join();
    const known = this.#open.get(name) ?? ranges;
    this.#open.set(name, known);
    return known;
  }
}
