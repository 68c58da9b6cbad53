import { buildInventory } from './build.ts';
import type { Inventory } from './inventory.ts';
import type { Finding, InventoryPath, Problem } from './problem.ts';
import { ProblemList } from './problem-list.ts';
import { judgeAddresses } from './rules/addresses.ts';
import { judgeDisks } from './rules/disks.ts';
import { judgeExports } from './rules/exports.ts';
import type { Judging } from './rules/judging.ts';
import { judgeDiskNames, judgeNames } from './rules/names.ts';
import { judgePolicy } from './rules/policy.ts';
import { readRanges } from './rules/ranges.ts';
import { judgeShared } from './rules/shared.ts';
import { judgeUuids } from './rules/uuids.ts';
import { judgeVmids } from './rules/vmids.ts';
import type { InventoryFile } from './schema/inventory.ts';
import { type Draft, type Report, readShape } from './schema/shape.ts';
import { YamlPlaces } from './yaml/places.ts';
import { openSource, placeOf, problemIn } from './yaml/source.ts';
import { parseYaml } from './yaml/syntax.ts';
import { type ReportSpan, readValues } from './yaml/values.ts';

/** A finding about a value, and where in it. */
export interface PlacedFinding extends Finding {
  /** Line and column within a text value such as raw XML, both from 1. */
  readonly within?: { readonly line: number; readonly column: number };
}

/** An inventory, and what it takes to say where in the file something stands. */
export interface ParsedInventory {
  readonly inventory: Inventory;
  /** Gives a finding of later checks (raw XML, for instance) its place in the file. */
  problemAt(path: InventoryPath, finding: PlacedFinding): Problem;
  /** The line, from 1, of a path's value; for what the file leaves out, of the key it belongs under. */
  line(path: InventoryPath): number;
}

const keyOf = (path: InventoryPath): string => path.join('\0');

/** Whether nothing at, above or below a path is among the wrong ones. */
function soundness(wrong: readonly InventoryPath[]): (path: InventoryPath) => boolean {
  const exact = new Set(wrong.map(keyOf));
  const above = new Set(wrong.flatMap((path) => path.map((_, index) => keyOf(path.slice(0, index)))));
  return (path) => !above.has(keyOf(path)) && !path.some((_, index) => exact.has(keyOf(path.slice(0, index + 1))));
}

/** Who there is in an inventory. */
export interface InventoryNames {
  /** Undefined when the file does not name it. */
  readonly host: string | undefined;
  /** In file order. */
  readonly guests: readonly string[];
  /** Of guests, in file order. */
  readonly groups: readonly string[];
  /** In file order. */
  readonly machines: readonly string[];
}

/**
 * Reads who there is in an inventory and nothing else, right or wrong: for a shell's completion, which waits for it.
 *
 * @throws InventoryError when the text is not YAML
 */
export function readNames(text: string): InventoryNames {
  const source = openSource(text, 'inventory.yaml');
  const problems = new ProblemList();
  const report: ReportSpan = (span, finding) =>
    problems.add(span[0], () => problemIn(source, span, { ...finding, path: [] }));
  const document = parseYaml(source, report);
  if (document === undefined) throw problems.error();
  const { host, guests, groups, machines } = mapOf(readValues(document, source, report).value);
  const { name } = mapOf(host);
  return {
    host: typeof name === 'string' ? name : undefined,
    guests: Object.keys(mapOf(guests)),
    groups: Object.keys(mapOf(groups)),
    machines: Object.keys(mapOf(machines)),
  };
}

const mapOf = (value: unknown): { readonly [key: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};

/** Judges what concerns several values at once. */
function judge(draft: Draft, judging: Judging): void {
  const ranges = readRanges(draft, judging);
  judgeNames(draft, judging);
  judgeDiskNames(draft, judging);
  judgeVmids(draft, ranges, judging);
  judgeUuids(draft, judging);
  judgeAddresses(draft, ranges, judging);
  judgeDisks(draft, judging);
  judgePolicy(draft, judging);
  judgeShared(draft, judging);
  judgeExports(draft, judging);
}

/**
 * Reads an inventory: YAML 1.2 in, validated data with all defaults filled in out.
 *
 * @param text the file's text; a byte order mark and CRLF line breaks are accepted.
 * @param options.file the file's name as problems give it; `inventory.yaml` when there is none.
 * @throws InventoryError with the problems of the file in the order of their places, at most a hundred. When the text is not YAML,
 * these are only the mistakes of syntax, because the rest cannot be told from them.
 */
export function parseInventory(
  text: string,
  { file = 'inventory.yaml' }: { readonly file?: string } = {},
): ParsedInventory {
  const source = openSource(text, file);
  const problems = new ProblemList();
  // What is null only because it cannot be read is not reported once more as having no value.
  const unreadable = new Set<string>();
  const reportSpan: ReportSpan = (span, finding, path = []) => {
    if (finding.code !== 'duplicate-key') unreadable.add(keyOf(path));
    problems.add(span[0], () => problemIn(source, span, { ...finding, path }));
  };
  const document = parseYaml(source, reportSpan);
  if (document === undefined) throw problems.error();
  const { value, anchors } = readValues(document, source, reportSpan);
  const places = new YamlPlaces(source, document.contents, anchors);
  const report: Report = (path, { related, ...finding }, of) => {
    if (unreadable.has(keyOf(path))) return;
    const span = places.span(path, of);
    problems.add(span[0], () => {
      const others = related?.map((other) => ({ path: other, ...placeOf(source, places.span(other)[0]) }));
      return problemIn(source, span, { ...finding, path, ...(others && { related: others }) });
    });
  };
  const { draft, wrong } = readShape(value, report);
  judge(draft, { report, name: (path) => places.name(path), sound: soundness(wrong) });
  if (!problems.isEmpty) throw problems.error();
  return {
    inventory: buildInventory(draft as InventoryFile, (path) => places.line(path)),
    problemAt(path, { within, ...finding }) {
      const span = within ? places.spanWithin(path, within) : places.span(path);
      return problemIn(source, span, { ...finding, path });
    },
    line: (path) => places.line(path),
  };
}
