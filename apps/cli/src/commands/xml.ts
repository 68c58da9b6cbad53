import type { Command } from 'commander';
import type { Session } from '../session.ts';
import { addXmlDiff } from './xml/diff.ts';
import { addXmlFormat } from './xml/format.ts';
import { addXmlGet } from './xml/get.ts';
import { addXmlSet } from './xml/set.ts';
import { addXmlValidate } from './xml/validate.ts';

export function addXml(program: Command, session: Session): void {
  const xml = program
    .command('xml')
    .summary("check, indent, compare, read and change libvirt's domain XML")
    .description(
      "Checks, indents, compares, reads and changes libvirt's domain XML, from any source. Needs no inventory.",
    );
  addXmlValidate(xml, session);
  addXmlFormat(xml, session);
  addXmlDiff(xml, session);
  addXmlGet(xml, session);
  addXmlSet(xml, session);
}
