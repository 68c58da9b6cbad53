import type { ParsedXml, XmlValue } from '@kvm/domain-xml';
import type { Command } from 'commander';
import { inputName } from '../../input/read-input.ts';
import { located, readXml } from '../../input/read-xml.ts';
import { CliError } from '../../output/cli-error.ts';
import { escapeXml } from '../../output/xml.ts';
import type { Session } from '../../session.ts';

export function addXmlGet(xml: Command, session: Session): void {
  xml
    .command('get')
    .summary('show what is at a path in domain XML')
    .description(
      'Prints all that is at a path, one a line: the value of an attribute, the text of an element, or the element itself ' +
        'if it has no text. Exit code 1 when there is nothing.\n\n' +
        'The path is one as problems show it, /domain/devices/disk[2]/target/@bus. Elements may be told by a value in ' +
        "them, too: /domain/devices/disk[target/@dev='vda']/source/@dev. Put it in quotes.",
    )
    .usage('[options] <file...> <path>')
    .argument('<file-or-path...>', 'the XML, - for standard input; and the path')
    .option('--json', 'as JSON')
    .action(async (words: string[], { json }: { json?: boolean }) => {
      const files = words.slice(0, -1);
      const path = words.at(-1) ?? '';
      if (files.length === 0) {
        throw new CliError('usage', 'a file and a path are needed: kvmctl xml get guest.xml /domain/memory');
      }
      const found: FoundValue[] = [];
      for (const file of files) found.push(...(await valuesIn(session, file, path)));
      if (json) session.out.json({ version: 1, values: found });
      else for (const value of found) show(session, value, { file: files.length > 1, alone: found.length === 1 });
    });
}

/** An attribute or an element with text has a value, another element its XML. */
type FoundValue = { readonly file: string; readonly path: string } & (
  | { readonly value: string }
  | { readonly xml: string }
);

/** Other files are looked at even when there is something wrong with one of them. */
async function valuesIn(session: Session, file: string, path: string): Promise<readonly FoundValue[]> {
  const { getXml, indentXml, renderXml } = await import('@kvm/domain-xml');
  const xmlOf = (document: ParsedXml, { element }: XmlValue): string =>
    element === undefined
      ? ''
      : renderXml(indentXml({ ...document, declaration: '', before: [], root: element, after: [] }));
  try {
    const document = await readXml(session, file);
    return (await located(file, () => getXml(document, path))).map((found) => ({
      file,
      path: found.path,
      ...(found.value === undefined ? { xml: xmlOf(document, found) } : { value: found.value }),
    }));
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    session.err.message(`${session.paintError.red('kvmctl:')} ${error.message}`);
    session.exitCode = 1;
    return [];
  }
}

/** Of several values, each is one line, whatever it holds. */
function show(
  { out }: Session,
  found: FoundValue,
  { file, alone }: { readonly file: boolean; readonly alone: boolean },
) {
  const text = `${file ? `${inputName(found.file)}: ` : ''}${'xml' in found ? escapeXml(found.xml) : found.value}`;
  if (alone || 'xml' in found) out.document(`${text}\n`);
  else out.lines([text]);
}
