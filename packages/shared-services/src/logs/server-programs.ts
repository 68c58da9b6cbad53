import type { LogsService } from '../declaration.ts';

/**
 * The programs a log server runs. Debian lets a machine have one syslog daemon: rsyslog as soon as a client speaks RELP,
 * which it alone does; it takes the others' syslog over TLS, too.
 */
export function serverPrograms({ clients }: LogsService): ('syslog-ng' | 'rsyslog' | 'journal-remote')[] {
  const uses = (implementation: string): boolean => clients.some((client) => client.implementation === implementation);
  const syslog = uses('rsyslog') ? ['rsyslog' as const] : uses('syslog-ng') ? ['syslog-ng' as const] : [];
  return [...syslog, ...(uses('journald') ? ['journal-remote' as const] : [])];
}
