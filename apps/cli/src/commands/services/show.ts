import type { SharedServices } from '@kvm/shared-services';
import type { Command } from 'commander';
import { readServices } from '../../input/read-services.ts';
import { renderTable } from '../../output/table.ts';
import type { Session } from '../../session.ts';

export function addServicesShow(services: Command, session: Session): void {
  services
    .command('show')
    .summary('show who serves what to whom')
    .description('Shows each service: its server, the programs that guests use, and what the firewall opens for it.')
    .option('--json', 'as JSON, with the DNS records')
    .action(async ({ json }: { json?: boolean }) => {
      const { declaration } = await readServices(session);
      const { dnsRecords, firewallRows, serviceNames } = await import('@kvm/shared-services');
      const rows = firewallRows(declaration);
      const listed = serviceNames.flatMap((name) => {
        const service = declaration[name];
        return service === undefined ? [] : [{ name, ...service }];
      });
      if (json) {
        const { domain } = declaration;
        const value = { version: 1, domain, services: listed, firewall: rows, dns: dnsRecords(declaration) };
        session.out.json(value);
        return;
      }
      const ways = (name: string): string =>
        [
          ...new Set(
            rows.flatMap(({ service, to, services: ports }) => (service === name && to !== 'anywhere' ? ports : [])),
          ),
        ].join(' ');
      const cells = listed.map((service) => [
        service.name,
        'replica' in service ? `${service.server}, ${service.replica}` : service.server,
        programs(service.clients),
        ways(service.name),
      ]);
      session.out.lines(renderTable(columns, cells, { paint: session.paint, width: session.out.width }));
    });
}

const columns = [{ heading: 'SERVICE' }, { heading: 'SERVER' }, { heading: 'GUESTS' }, { heading: 'OPENS' }] as const;

type Clients = NonNullable<SharedServices['auth' | 'logs' | 'files' | 'mail' | 'dns' | 'time']>['clients'];

/** `sssd: aj, public; nslcd: db` */
function programs(clients: Clients): string {
  const byProgram = new Map<string, string[]>();
  for (const { machine, implementation } of clients)
    byProgram.set(implementation, [...(byProgram.get(implementation) ?? []), machine]);
  return [...byProgram].map(([program, machines]) => `${program}: ${machines.join(', ')}`).join('; ');
}
