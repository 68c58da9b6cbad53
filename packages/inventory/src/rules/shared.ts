import type { InventoryPath } from '../problem.ts';
import { quote } from '../quote.ts';
import type { Draft } from '../schema/shape.ts';
import { closest } from '../suggest.ts';
import type { Judging } from './judging.ts';

const SERVICES = ['auth', 'logs', 'files', 'mail', 'dns', 'time'] as const;

type SharedDraft = NonNullable<Draft['shared']>;

/** Each service has a server that is there, and names guests that are. The rest is the services' own to judge. */
export function judgeShared(draft: Draft, judging: Judging): void {
  const { shared } = draft;
  if (shared === undefined) return;
  for (const section of ['guests', 'machines'] as const)
    if (draft[section] === undefined && !judging.sound([section])) return;
  judgeServer(['shared', 'server'], shared.server, draft, judging);
  for (const name of SERVICES) judgeService(name, shared, draft, judging);
  for (const name of ['auth', 'dns'] as const) {
    const service = shared[name];
    if (typeof service === 'object') judgeServer(['shared', name, 'replica'], service.replica, draft, judging);
  }
  if (typeof shared.mail === 'object') judgeMailUser(shared.mail, judging);
}

function judgeService(name: (typeof SERVICES)[number], shared: SharedDraft, draft: Draft, judging: Judging): void {
  const service = shared[name];
  if (typeof service === 'boolean' || (service === undefined && !judging.sound(['shared', name]))) return;
  judgeServer(['shared', name, 'server'], service?.server, draft, judging);
  if (shared.server === undefined && service?.server === undefined && judging.sound(['shared', 'server'])) {
    const place: InventoryPath = service === undefined ? ['shared'] : ['shared', name];
    const remedy = `Add \`server:\` with the name of a guest, or write \`${name}: false\`.`;
    judging.report(place, { code: 'no-server', message: `Nobody serves ${name}.`, remedy }, 'key');
  }
  const guests = new Set(Object.keys(draft.guests ?? {}));
  for (const guest of Object.keys(service?.clients ?? {})) {
    if (guests.has(guest)) continue;
    const remedy = (): string => {
      const meant = closest(guest, guests);
      return meant === undefined ? 'Name one of `guests`.' : `Did you mean ${meant}?`;
    };
    const message = `There is no guest ${quote(guest)}.`;
    judging.report(['shared', name, 'clients', guest], { code: 'unknown-guest', message, remedy }, 'key');
  }
}

type MailDraft = Exclude<SharedDraft['mail'], boolean | undefined>;

function judgeMailUser({ user, upstream }: MailDraft, { report, sound }: Judging): void {
  if (user === undefined || upstream !== undefined || !sound(['shared', 'mail', 'upstream'])) return;
  const message = 'An account is of no use without the mail server that knows it.';
  const remedy = 'Add `upstream:` with its name and port, or remove the account.';
  report(['shared', 'mail', 'user'], { code: 'no-upstream', message, remedy });
}

function judgeServer(path: InventoryPath, name: string | undefined, draft: Draft, { report }: Judging): void {
  const known = [...Object.keys(draft.guests ?? {}), ...Object.keys(draft.machines ?? {})];
  if (name === undefined || known.includes(name)) return;
  if (name === 'host' || name === draft.host?.name) {
    const message = 'The host serves guests nothing of this itself.';
    report(path, { code: 'unknown-server', message, remedy: 'Name a guest, or another machine.' });
    return;
  }
  const meant = closest(name, known);
  const remedy = meant === undefined ? 'Name a guest, or one of `machines`.' : `Did you mean ${meant}?`;
  report(path, { code: 'unknown-server', message: `${quote(name)} is no guest or machine.`, remedy });
}
