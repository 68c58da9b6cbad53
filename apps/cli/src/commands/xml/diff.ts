import type { DomainChange, DomainDifference } from '@kvm/domain-xml';
import type { Command } from 'commander';
import { readDomain } from '../../input/read-xml.ts';
import { renderTable } from '../../output/table.ts';
import type { Session } from '../../session.ts';

export function addXmlDiff(xml: Command, session: Session): void {
  xml
    .command('diff')
    .summary('show where a domain is not as it should be')
    .description(
      'Compares the XML of a domain as it should be with that of the domain as it is (virsh dumpxml), blind to what ' +
        'libvirt 9.0 to 11.3 fills in, and shows when each difference can be mended. Exit code 1 when there are any.',
    )
    .argument('<file>', 'the XML as it should be; - for standard input')
    .argument('<file>', 'the XML as it is')
    .option('--json', 'as JSON')
    .action(async (desired: string, actual: string, { json }: { json?: boolean }) => {
      const [wanted, found] = [await readDomain(session, desired), await readDomain(session, actual)];
      const { diffDomains } = await import('@kvm/domain-xml');
      const differences = diffDomains(wanted, found);
      if (json) session.out.json({ version: 1, differences });
      else if (differences.length === 0) session.say('no differences');
      else session.out.lines(renderDifferences(differences, session));
      if (differences.length > 0) session.exitCode = 1;
    });
}

const columns = [{ heading: 'PLACE' }, { heading: 'SHOULD BE' }, { heading: 'IS' }, { heading: 'CHANGES' }] as const;

function renderDifferences(differences: readonly DomainDifference[], { paint }: Session): readonly string[] {
  const rows = differences.map((difference) =>
    [difference.path, difference.desired ?? '-', difference.actual ?? '-', formatChange(difference)].map((cell) =>
      cell.replace(/\s+/g, ' '),
    ),
  );
  return renderTable(columns, rows, { paint });
}

const formatChange = (change: DomainChange): string =>
  change.change === 'live' ? `live, ${change.call}` : change.change === 'redefine' ? 'never; define anew' : 'next boot';
