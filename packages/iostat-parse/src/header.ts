import type { IostatHeader } from './report.ts';

/** Longer lines are not looked at, so that no hostile line can make a pattern slow. */
const longest = 1024;

/**
 * ```text
 * Linux 2.6.30-gentoo-r4 (management)     10/27/09        _x86_64_        (2 CPU)
 * ```
 */
export function parseHeader(line: string): IostatHeader | undefined {
  if (line.length > longest) return undefined;
  const [, system, kernel, host, rest] = /^(\S+) (\S+) \((.*?)\)\s+(\S.*)$/.exec(line) ?? [];
  if (system === undefined || kernel === undefined || host === undefined || rest === undefined) return undefined;
  const [, before, machine, cpus] = /^(.*?)\s_(\S+)_(?:\s+\((\d+) .*\))?\s*$/.exec(rest) ?? [];
  return {
    system,
    kernel,
    host,
    date: (before ?? rest).trim(),
    ...(machine === undefined ? {} : { machine }),
    ...(cpus === undefined ? {} : { cpus: Number(cpus) }),
  };
}

/**
 * ```text
 * 10/27/09 16:33:12
 * 2026-11-23T04:33:47+0000
 * Time: 04:33:12 PM
 * 2026年11月23日 04時33分12秒
 * ```
 */
export function parseTimestamp(line: string): string | undefined {
  if (line.length > longest || !/\d{1,2}[:.時]\d{2}[:.分]\d{2}/.test(line)) return undefined;
  return /^(?:\p{L}+ ?: )?(\p{N}[\p{L}\p{N} .,:/+-]*)$/u.exec(line)?.[1];
}
