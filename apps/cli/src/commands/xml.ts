import type { Command } from 'commander';
import type { Session } from '../session.ts';
import { addXmlDiff } from './xml-diff.ts';
import { addXmlFormat } from './xml-format.ts';
import { addXmlValidate } from './xml-validate.ts';

export function addXml(program: Command, session: Session): void {
  const xml = program
    .command('xml')
    .summary("check, indent and compare libvirt's domain XML")
    .description("Checks, indents and compares libvirt's domain XML, from any source. Needs no inventory.");
  addXmlValidate(xml, session);
  addXmlFormat(xml, session);
  addXmlDiff(xml, session);
}
