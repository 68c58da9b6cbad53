import { pathPattern } from '../path-pattern.ts';
import { releaseNumber } from '../release.ts';
import { childOf, type Tree } from '../tree.ts';

/** Something that is there though it was not asked for. */
export interface Addition {
  /** `devices.disk.driver.@type`; an element's text is `genid.#`. */
  readonly path: string;
  /** The attribute's value or the element's text. */
  readonly value: string;
  /** The element that was added; undefined when it is an attribute or a text. */
  readonly element: Tree | undefined;
  /** The element in which it is, as it was asked for: empty for one that was added itself. */
  readonly around: Tree;
  /** The element in which it is, as it is. */
  readonly there: Tree;
  /** The device in which it is, as it is. */
  readonly device: Tree | undefined;
  /** The whole domain as it was asked for, and as it is. */
  readonly wanted: Tree;
  readonly present: Tree;
  /** The release of the libvirt at hand, of `releaseNumber`; undefined for any that is known. */
  readonly libvirt: number | undefined;
}

/** What libvirt puts into a domain that does not say it. */
export interface KnownDefault {
  /** Words of {@link pathPattern}. An element's attributes and children are additions of their own. */
  readonly path: string;
  /** What an attribute or a text then says; left out for an element that has no text, and where `when` looks at it. */
  readonly value?: readonly string[] | RegExp;
  /** When libvirt puts it there; where both are given, both must be so. */
  readonly when?: (addition: Addition) => boolean;
  /** `live`: only in a running domain, never in a definition. */
  readonly where?: 'live';
  /** The first release of libvirt that does so, where it is a later one than 9.0: 9.0.0 to 11.3.0 are known. */
  readonly since?: string;
  /** The file and function of libvirt's source, of 9.0 or of the first release that does so, or its documentation, that says so. */
  readonly source: string;
}

/** libvirt gives a number to what runs, and only to that. */
export const isLive = ({ present }: Addition): boolean => present.attributes.has('id');

type Judge = (addition: Addition) => boolean;

function judge({ value, when, where, since }: KnownDefault): Judge {
  const first = since === undefined ? 0 : releaseNumber(since);
  const says = (text: string): boolean =>
    value instanceof RegExp ? value.test(text) : (value?.includes(text) ?? true);
  return (addition) => {
    if (addition.libvirt !== undefined && addition.libvirt < first) return false;
    if (where === 'live' && !isLive(addition)) return false;
    if (value === undefined && addition.element !== undefined && addition.value !== '') return false;
    return says(addition.value) && (when?.(addition) ?? true);
  };
}

/** Whether one of these defaults explains an addition. */
export function judgeBy(defaults: readonly KnownDefault[]): Judge {
  const judges = defaults.map((each) => [pathPattern(each.path), judge(each)] as const);
  return (addition) => judges.some(([fits, isKnown]) => fits(addition.path) && isKnown(addition));
}

/** The devices of one kind: `devicesOf(present, 'disk')`. */
export const devicesOf = (domain: Tree, name: string): readonly Tree[] =>
  childOf(domain, 'devices')?.children.get(name) ?? [];

export const wholeNumber = /^(?:[0-9]+|0x[0-9a-f]+)$/i;

/** Whether the element around was added, too. */
export const isNew = ({ around }: Addition): boolean => around.attributes.size === 0;
