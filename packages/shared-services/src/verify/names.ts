import { parseIni } from '../formats/ini.ts';
import { parseAssignments, parseLines, valuesOf } from '../formats/words.ts';
import { contentOf, type MachineFiles, type Verification } from './finding.ts';

const serverFile = '/etc/dnsmasq.d/kvm.conf';
const resolved = '/etc/systemd/resolved.conf.d/kvm.conf';

/** Every name server that a machine asks is an address on which dnsmasq listens. */
export function verifyNames(verification: Verification): void {
  const { machines, report } = verification;
  const listening = new Set(
    machines.flatMap((server) => {
      const lines = parseAssignments(contentOf(server, serverFile) ?? '');
      return valuesOf(lines, 'listen-address').flatMap((value) => value.split(','));
    }),
  );
  for (const client of machines)
    for (const { path, address } of asked(client))
      if (!listening.has(address))
        report({
          severity: 'error',
          service: 'dns',
          machine: client.machine,
          path,
          code: 'no-server',
          message: `${client.machine} asks ${address} for names, where no dnsmasq listens.`,
          remedy: `Correct the address, or listen-address in ${serverFile}.`,
        });
}

function asked(client: MachineFiles): { path: string; address: string }[] {
  const plain = valuesOf(parseLines(contentOf(client, '/etc/resolv.conf') ?? ''), 'nameserver');
  const stub =
    parseIni(contentOf(client, resolved) ?? '')
      .get('Resolve')
      ?.get('DNS')
      ?.split(/\s+/) ?? [];
  return [
    ...plain.map((address) => ({ path: '/etc/resolv.conf', address })),
    ...stub.map((address) => ({ path: resolved, address })),
  ];
}
