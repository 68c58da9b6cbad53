import { LvmError } from '../errors.ts';
import type { Row, Section } from './fields.ts';

/** A row of the command log that `report_command_log=1` adds: what LVM did to one object, and whether it succeeded. */
export interface LogRow {
  readonly log_type?: string;
  readonly log_context?: string;
  readonly log_object_type?: string;
  readonly log_object_name?: string;
  readonly log_object_group?: string;
  readonly log_message?: string;
  readonly log_errno?: string | number;
  readonly log_ret_code?: string | number;
}

export interface ReportJson {
  readonly report: readonly { readonly [S in Section]?: readonly Row[] }[];
  readonly log: readonly LogRow[];
}

/**
 * The JSON in what LVM wrote. Some commands write text before and after it (`lvextend -r` what fsck says, pvmove its
 * progress), and LVM before 2.03.24 puts a comma after the last row of a log.
 *
 * @throws LvmError `unreadable-report`
 */
export function readReportJson(text: string): ReportJson {
  const value = parse(text) ?? parse(withoutLastCommas(cutOut(text)));
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw unreadable('There is no JSON report in what LVM wrote.', text);
  const { report = [], log = [] } = value as { report?: unknown; log?: unknown };
  if (!isList(report) || !isList(log) || !report.every(holdsRows))
    throw unreadable('The JSON that LVM wrote is not a report.', text);
  return { report: report as ReportJson['report'], log: log as readonly LogRow[] };
}

const isList = (value: unknown): value is readonly object[] =>
  Array.isArray(value) && value.every((row) => typeof row === 'object' && row !== null);

const holdsRows = (sections: object): boolean => Object.values(sections).every(isList);

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A token of JSON that matters to where it begins and ends: a whole string, or a bracket. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]]/gs;

/** From the brace of a line of its own that the report begins with, to the brace that closes it. */
function cutOut(text: string): string {
  const start = text.search(/^[ \t]*\{\s*"(?:report|log)"/m);
  if (start < 0) return '';
  let depth = 0;
  TOKEN.lastIndex = start;
  for (let token = TOKEN.exec(text); token !== null; token = TOKEN.exec(text)) {
    if (token[0] === '{' || token[0] === '[') depth += 1;
    else if (token[0] === '}' || token[0] === ']') depth -= 1;
    if (depth === 0) return text.slice(start, TOKEN.lastIndex);
  }
  return '';
}

const withoutLastCommas = (json: string): string =>
  json.replaceAll(/"(?:[^"\\]|\\.)*"|,(?=\s*[}\]])/gs, (token) => (token === ',' ? '' : token));

function unreadable(problem: string, text: string): LvmError {
  const said = text.split('\n').slice(0, 5);
  return new LvmError('unreadable-report', problem, {
    remedy: 'Ask with --reportformat json, and let nothing else write to the same place.',
    said,
  });
}
