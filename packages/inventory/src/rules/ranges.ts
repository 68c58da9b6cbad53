import { BUILT_IN } from '../built-in.ts';
import type { Draft } from '../schema/shape.ts';
import { type Block, parseBlock } from '../values/ip.ts';
import type { Judging } from './judging.ts';

/** Where guests' subnets are cut from; what the file gets wrong is not there. */
export interface Ranges {
  readonly ipv4?: Block | undefined;
  readonly prefix?: number | undefined;
  readonly ipv6?: Block | undefined;
}

/** Reads the ranges, built-in ones included, and judges whether a guest's subnet fits into one. */
export function readRanges(draft: Draft, { report, sound }: Judging): Ranges {
  const { ipv4 = BUILT_IN.ranges.ipv4, prefix = BUILT_IN.ranges.prefix, ipv6 = '' } = draft.ranges ?? {};
  const block6 = parseBlock(ipv6);
  const block4 = sound(['ranges', 'ipv4']) ? parseBlock(ipv4) : undefined;
  if (block4 === undefined || !sound(['ranges', 'prefix'])) return { ipv6: block6 };
  if (prefix > block4.prefix) return { ipv4: block4, prefix, ipv6: block6 };
  const message = `No guest's /${prefix} fits into ${ipv4}, of which number 0 is kept free.`;
  const remedy = `Choose a range wider than /${prefix}, such as ${BUILT_IN.ranges.ipv4}.`;
  const key = draft.ranges?.ipv4 === undefined ? 'prefix' : 'ipv4';
  report(['ranges', key], { code: 'range-too-small', message, remedy });
  return { ipv4: block4, ipv6: block6 };
}
