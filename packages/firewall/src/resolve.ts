import { nearest } from './did-you-mean.ts';
import { FirewallError, type PolicyProblem } from './errors.ts';
import { type Flow, flowText, parseFlows, serviceFlows } from './flows.ts';
import { contentName, safeLabel } from './label.ts';
import type { FirewallZones, Policy, PolicyRow, PortForward } from './model.ts';
import type { Prefix } from './prefix.ts';
import { protocolName } from './protocols.ts';
import { EVERYWHERE, resolveZones, type ZoneTable } from './resolve-zones.ts';
import type { ResolvedForward, ResolvedPolicy, ResolvedRow, RowScope } from './resolved.ts';

/** Where mistakes are collected. */
type Report = (problem: PolicyProblem) => void;

interface Context {
  readonly table: ZoneTable;
  readonly services: ReadonlyMap<string, readonly Flow[]>;
  readonly report: Report;
  /** How often each identity has been given to a row. */
  readonly ids: Map<string, number>;
}

/**
 * Checks a policy and replaces its names by addresses, protocols and ports.
 *
 * @throws FirewallError `invalid-policy` with all mistakes in `problems`
 */
export function resolvePolicy(policy: Policy, zones: FirewallZones): ResolvedPolicy {
  const problems: PolicyProblem[] = [];
  const report: Report = (problem) => problems.push(problem);
  const table = resolveZones(zones, report);
  checkServices(policy, report);
  const context = { table, services: serviceFlows(policy.services ?? []), report, ids: new Map() };
  const rows = policy.rows.map((row, index) => resolveRow(row, index, context));
  const forwards = (policy.forwards ?? []).flatMap((forward, index) =>
    resolveForward(forward, { index, rows: rows.length }, context),
  );
  if (problems.length > 0) throw new FirewallError('invalid-policy', messageOf(problems), { problems });
  const hostAddresses = table.zones.get('host') ?? [];
  return {
    rows: [...rows, ...forwards.map(({ row }) => row)],
    guests: table.guests,
    guestByAddress: new Map(table.guests.flatMap((guest) => guest.addresses.map(({ text }) => [text, guest]))),
    guestByTap: new Map(table.guests.map((guest) => [guest.tap, guest])),
    host: { addresses: hostAddresses, uplink: zones.host.uplink },
    hostAddresses: new Set(hostAddresses.map(({ text }) => text)),
    guestNetworks: table.guestNetworks,
    zones: table.zones,
    forwards,
    masquerade: policy.masquerade ?? false,
  };
}

const messageOf = (problems: readonly PolicyProblem[]): string =>
  problems
    .map(({ path, line, message, remedy }) => {
      const at = line === undefined ? '' : ` (line ${line})`;
      return `${path.join('.')}${at}: ${message} ${remedy}`;
    })
    .join('\n');

const serviceRemedy = 'Write tcp/22, tcp/80,443, udp/1000-2000, icmp/echo-request, gre or proto/200.';

function checkServices(policy: Policy, report: Report): void {
  for (const { name, flows } of policy.services ?? []) {
    const path = ['services', name];
    if (!/^[a-z][a-z0-9._-]{0,31}$/i.test(name))
      report({
        code: 'bad-name',
        path,
        message: `${JSON.stringify(name.slice(0, 80))} is no name of a service.`,
        remedy: 'A name is a letter and up to 31 letters, digits, dots, dashes.',
      });
    for (const flow of flows) {
      if (parseFlows(flow) === undefined)
        report({
          code: 'bad-service',
          path,
          message: `${JSON.stringify(flow.slice(0, 80))} is no protocol with its ports.`,
          remedy: serviceRemedy,
        });
    }
    if (flows.length === 0)
      report({ code: 'bad-service', path, message: 'The service holds nothing.', remedy: serviceRemedy });
  }
}

function resolveRow(row: PolicyRow, index: number, context: Context): ResolvedRow {
  const { report } = context;
  const at = (key: keyof PolicyRow): Place => ({
    path: ['rows', index, key],
    ...(row.line !== undefined && { line: row.line }),
  });
  if (!['accept', 'drop', 'reject'].includes(row.action))
    report({
      ...at('action'),
      code: 'bad-action',
      message: `${JSON.stringify(row.action)} is not accept, drop or reject.`,
      remedy: 'Write accept, drop or reject.',
    });
  const flows = row.services.flatMap((text) => flowsOf(text, at('services'), context));
  if (row.services.length === 0)
    report({
      ...at('services'),
      code: 'bad-service',
      message: 'The row names no service.',
      remedy: 'Write any for all of them.',
    });
  const limit = row.limit === undefined ? undefined : parseLimit(row.limit);
  if (row.limit !== undefined && limit === undefined)
    report({
      ...at('limit'),
      code: 'bad-limit',
      message: `${JSON.stringify(row.limit)} is not a rate of 1 to 10000 a second, minute, hour or day.`,
      remedy: 'Write a rate such as 10/minute.',
    });
  const until = row.expires === undefined ? undefined : expiryOf(row.expires, at('expires'), report);
  const from = zoneOf(row.from, at('from'), context);
  const to = zoneOf(row.to, at('to'), context);
  const title = `${row.from} -> ${row.to}: ${row.services.join(' ')} ${row.action}`;
  const log = row.log ?? false;
  return {
    id: uniqueId([row.from, row.to, flows.map(flowText), row.action, log, limit, until], context.ids),
    index,
    ...(row.line !== undefined && { line: row.line }),
    title: safeLabel(title, 120),
    ...(row.comment !== undefined && { comment: safeLabel(row.comment, 80) }),
    fromName: row.from,
    toName: row.to,
    scope: scopeOf(row),
    from,
    to,
    flows,
    action: row.action,
    log,
    ...(limit && { limit }),
    ...(until !== undefined && { until }),
  };
}

const HOST = 'host';

function scopeOf({ from, to }: PolicyRow): RowScope {
  if (from === HOST) return to === HOST ? 'none' : 'output';
  return to === HOST ? 'input' : 'any';
}

/** @param index its place among the forwards */
function resolveForward(
  forward: PortForward,
  { index, rows }: { readonly index: number; readonly rows: number },
  context: Context,
): ResolvedForward[] {
  const { from, service, guest, port, line } = forward;
  const wrong = (key: keyof PortForward, message: string, remedy: string): [] => {
    const place = { path: ['forwards', index, key], ...(line !== undefined && { line }) };
    context.report({ ...place, code: 'bad-forward', message, remedy });
    return [];
  };
  const flow = parseFlows(service)?.[0];
  const ports = flow?.ports;
  if (flow?.protocol === undefined || ports === undefined || ports.first !== ports.last || service.includes(',')) {
    return wrong('service', "The host's port must be one.", 'Write it like tcp/8080.');
  }
  const known = context.table.guests.find(({ name }) => name === guest);
  const address = known?.addresses.find(({ family }) => family === 4);
  if (address === undefined) {
    const message = `${JSON.stringify(guest.slice(0, 80))} is not a guest with an IPv4 address.`;
    return wrong('guest', message, 'Name a guest that has one.');
  }
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    return wrong('port', `${port} is not a port.`, 'Write a number from 1 to 65535.');
  if (from === HOST) {
    const message = 'What the host itself sends is not handed on.';
    return wrong('from', message, 'Write who comes to the host, such as lan.');
  }
  const services = [`${protocolName(flow.protocol)}/${port}`];
  const row = resolveRow(
    { from, to: guest, services, action: 'accept', ...(line !== undefined && { line }) },
    rows + index,
    context,
  );
  return [
    {
      row: { ...row, to: [address], from: row.from.filter(({ family }) => family === 4) },
      protocol: flow.protocol,
      hostPort: ports.first,
      guest: address,
      guestPort: port,
    },
  ];
}

type Place = Pick<PolicyProblem, 'path' | 'line'>;

function flowsOf(text: string, place: Place, { services, report }: Context): readonly Flow[] {
  const flows = services.get(text) ?? parseFlows(text);
  if (flows !== undefined) return flows;
  const guess = nearest(text, services.keys());
  const remedy = guess === undefined ? 'Name one, or write it like tcp/22.' : `Did you mean ${guess}?`;
  const message = `There is no service ${JSON.stringify(text.slice(0, 80))}.`;
  report({ ...place, code: 'unknown-service', message, remedy });
  return [];
}

function zoneOf(name: string, place: Place, { table, report }: Context): readonly Prefix[] {
  const zone = name === HOST ? EVERYWHERE : table.zones.get(name);
  if (zone !== undefined) return zone;
  const guess = nearest(name, table.zones.keys());
  const remedy = guess === undefined ? 'Define it as a guest, machine or network.' : `Did you mean ${guess}?`;
  const message = `There is no zone ${JSON.stringify(name.slice(0, 80))}.`;
  report({ ...place, code: 'unknown-zone', message, remedy });
  return [];
}

function parseLimit(text: string): ResolvedRow['limit'] {
  const [, count = '', per = ''] = /^([1-9][0-9]{0,4})\/(second|minute|hour|day)$/.exec(text) ?? [];
  const packets = Number(count);
  if (packets < 1 || packets > 10_000) return undefined;
  return per === 'second' || per === 'minute' || per === 'hour' || per === 'day' ? { packets, per } : undefined;
}

/** `iptables -m time` takes dates up to the end of 2038; no verdict hangs on the back end. */
const LAST_EXPIRY = Date.UTC(2039, 0, 1) / 1000;

function expiryOf(text: string, place: Place, report: Report): number | undefined {
  const until = parseExpiry(text);
  const wrong =
    until === undefined
      ? 'is no day or moment'
      : until > LAST_EXPIRY && 'is after 2038, of which iptables knows no date';
  if (wrong) {
    const remedy = 'Write a day such as 2027-01-31, or a moment such as 2027-01-31T12:00:00Z.';
    report({ ...place, code: 'bad-expiry', message: `${JSON.stringify(text.slice(0, 80))} ${wrong}.`, remedy });
  }
  return until;
}

function parseExpiry(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?$/.test(text)) return undefined;
  const milliseconds = Date.parse(text);
  const rolledOver = Number.isNaN(milliseconds) || !new Date(milliseconds).toISOString().startsWith(text.slice(0, 10));
  return rolledOver || milliseconds < 0 ? undefined : Math.floor(milliseconds / 1000);
}

/** A row's counters keep their name while the row means the same, wherever it moves in the table. */
function uniqueId(meaning: readonly unknown[], ids: Map<string, number>): string {
  const id = contentName(JSON.stringify(meaning));
  const times = ids.get(id) ?? 0;
  ids.set(id, times + 1);
  return times === 0 ? id : `${id}_${times}`;
}
