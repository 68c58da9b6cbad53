import type { DomainEvent } from '@kvm/libvirt';
import { type ConnectionChoice, connectionUri, openConnection } from '../../hosts/connection.ts';
import type { Session } from '../../session.ts';

/** Writes every event of a libvirtd as it comes, and never ends by itself. */
export async function watchEvents(session: Session, choice: ConnectionChoice, form: 'json' | 'text'): Promise<void> {
  await using connection = await openConnection(session, choice, { reconnect: true });
  await using events = await connection.events([
    ...(['lifecycle', 'reboot', 'deviceRemoved', 'blockJob', 'agent', 'graphics'] as const),
    ...(['disconnected', 'reconnected'] as const),
  ]);
  session.say(`waits for events of ${connectionUri(session, choice)}; Ctrl-C ends it`);
  for await (const event of events) {
    const time = new Date();
    if (form === 'json') session.out.jsonLine(eventJson(event, time));
    else session.print(describeEvent(event, time));
    await session.out.drained();
  }
}

function eventJson(event: DomainEvent, time: Date): object {
  const head = { version: 1, time: time.toISOString() };
  if (!('domain' in event)) return { ...head, kind: event.kind };
  const {
    kind,
    domain: { name, uuid },
    ...rest
  } = event;
  return { ...head, kind, domain: { name, uuid }, ...rest };
}

/** `2026-11-25 22:13:05  public  started (booted)` */
function describeEvent(event: DomainEvent, time: Date): string {
  const subject = 'domain' in event ? [event.domain.name] : [];
  return [time.toLocaleString('sv'), ...subject, describe(event)].join('  ');
}

function describe(event: DomainEvent): string {
  switch (event.kind) {
    case 'lifecycle':
      return `${event.event} (${event.detail})`;
    case 'reboot':
      return 'restarts';
    case 'deviceRemoved':
      return `device ${event.device} is gone`;
    case 'blockJob':
      return `${event.job} of disk ${event.disk}: ${event.status}`;
    case 'agent':
      return `its agent ${event.connected ? 'answers' : 'is gone'} (${event.reason})`;
    case 'graphics':
      return `viewer ${event.remote.node}:${event.remote.service} ${event.phase}`;
    case 'disconnected':
      return 'libvirtd is lost; waits for it';
    case 'reconnected':
      return 'libvirtd was lost and is back; what happened meanwhile is not known';
  }
}
