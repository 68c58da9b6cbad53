/** A part of a rule, or of what it compares, as `nft -j list table` prints it. */
type Json = unknown;

/** More values than a person reads in one rule. */
const MOST_VALUES = 4;

/** A rule of others, about as `nft list table` prints it, safe to print. Of extensions of iptables only the name is known. */
export const ruleText = (expr: readonly Json[]): string =>
  expr
    .flatMap((statement) => statementText(statement) || [])
    .join(' ')
    .replace(/[^\x20-\x7e]/g, '?');

function statementText(statement: Json): string {
  const [kind = '', what] = entryOf(statement);
  if (kind === 'counter') return '';
  if (kind === 'match') return matchText(what);
  if (kind === 'xt') return String(fieldOf(what, 'name') ?? kind);
  if (kind === 'dnat' || kind === 'redirect' || kind === 'tproxy') return `${kind}${targetText(what)}`;
  const target = fieldOf(what, 'target') ?? fieldOf(what, 'dev');
  return target === undefined ? kind : `${kind} ${valueText(target)}`;
}

function matchText(match: Json): string {
  const op = String(fieldOf(match, 'op'));
  const value = valueText(fieldOf(match, 'right'));
  return `${leftText(fieldOf(match, 'left'))} ${op === '==' || op === 'in' ? '' : `${op} `}${value}`;
}

function leftText(left: Json): string {
  const [kind = '', what] = entryOf(left);
  if (kind === 'meta') return String(fieldOf(what, 'key'));
  if (kind === 'ct') return `ct ${fieldOf(what, 'key')}`;
  if (kind === 'payload') return `${fieldOf(what, 'protocol') ?? 'raw'} ${fieldOf(what, 'field') ?? 'bytes'}`;
  return kind;
}

function targetText(target: Json): string {
  const [addr, port] = [fieldOf(target, 'addr'), fieldOf(target, 'port')];
  if (addr === undefined && port === undefined) return '';
  return ` to ${addr === undefined ? '' : valueText(addr)}${port === undefined ? '' : `:${valueText(port)}`}`;
}

function valueText(value: Json): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (Array.isArray(value)) {
    const more = value.length > MOST_VALUES ? ['...'] : [];
    return `{ ${[...value.slice(0, MOST_VALUES).map(valueText), ...more].join(', ')} }`;
  }
  const [kind = '', what] = entryOf(value);
  if (kind === 'set') return valueText(what);
  if (kind === 'elem') return valueText(fieldOf(what, 'val'));
  if (kind === 'prefix') return `${fieldOf(what, 'addr')}/${fieldOf(what, 'len')}`;
  if (kind === 'range' && Array.isArray(what)) return what.map(valueText).join('-');
  return '...';
}

const entryOf = (value: Json): readonly [string, Json] | readonly [] =>
  typeof value === 'object' && value !== null ? (Object.entries(value)[0] ?? []) : [];

const fieldOf = (value: Json, name: string): Json =>
  typeof value === 'object' && value !== null && name in value
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
