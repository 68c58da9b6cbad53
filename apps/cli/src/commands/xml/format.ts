import type { Command } from 'commander';
import { readXml } from '../../input/read-xml.ts';
import { escapeXml } from '../../output/xml.ts';
import type { Session } from '../../session.ts';

export function addXmlFormat(xml: Command, session: Session): void {
  xml
    .command('format')
    .summary('indent domain XML')
    .description(
      "Prints domain XML with libvirt's indentation. Comments, order, quotes, text and foreign elements stay as they are.",
    )
    .argument('<file>', 'the XML; - for standard input')
    .action(async (file: string) => {
      const document = await readXml(session, file);
      const { indentXml, renderXml } = await import('@kvm/domain-xml');
      session.out.document(`${escapeXml(renderXml(indentXml(document)).trimEnd())}\n`);
    });
}
