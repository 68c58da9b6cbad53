import type { DomainSchema, ParsedXml } from '@kvm/domain-xml';
import type { Command } from 'commander';
import { readDomainSchema } from '../../input/read-domain-schema.ts';
import { inputName } from '../../input/read-input.ts';
import { located, readXml } from '../../input/read-xml.ts';
import { CliError } from '../../output/cli-error.ts';
import { replaceFile } from '../../output/replace-file.ts';
import { unifiedDiff } from '../../output/unified-diff.ts';
import { counted } from '../../output/words.ts';
import type { Session } from '../../session.ts';

interface SetOptions {
  readonly remove?: boolean;
  readonly dryRun?: boolean;
}

export function addXmlSet(xml: Command, session: Session): void {
  xml
    .command('set')
    .summary('change a value in domain XML, and nothing else')
    .description(
      'Gives an attribute or an element another value. What is missing on the way is made where libvirt would write it; ' +
        'all else stays as it is, byte for byte. The path must lead to one place: xml get explains paths.\n\n' +
        "When a change would bring a problem that this machine's libvirt schema knows, no file is written. A file is " +
        'whole at every moment, the old one or the new one. Standard input goes to standard output.',
    )
    .usage('[options] <file...> <path> <value>')
    .argument('<file-or-path...>', 'the XML, - for standard input; the path; and the value')
    .option('--remove', 'without a value: take out what is at the path')
    .option('-n, --dry-run', 'write nothing, and show the change as a diff')
    .action((words: string[], options: SetOptions) => setInFiles(session, readWords(words, options), options));
}

interface Wish {
  readonly files: readonly string[];
  readonly path: string;
  /** Undefined for taking it out. */
  readonly value: string | undefined;
}

function readWords(words: readonly string[], { remove }: SetOptions): Wish {
  const behind = remove ? 1 : 2;
  const files = words.slice(0, -behind);
  const [path = '', value] = words.slice(-behind);
  if (files.length > 0) return { files, path, value };
  const example = remove ? '--remove guest.xml /domain/title' : 'guest.xml /domain/memory 1048576';
  const needed = remove ? 'a file and a path' : 'a file, a path and a value';
  throw new CliError('usage', `${needed} are needed: kvmctl xml set ${example}`);
}

interface Edit {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

async function setInFiles(session: Session, { files, path, value }: Wish, { dryRun }: SetOptions): Promise<void> {
  const { removeXml, setXml } = await import('@kvm/domain-xml');
  const edits: Edit[] = [];
  for (const file of files) {
    const document = await readXml(session, file);
    const after = await located(file, () =>
      value === undefined ? removeXml(document, path) : setXml(document, path, value),
    );
    edits.push({ file, before: document.source, after });
  }
  await refuseNewProblems(
    session,
    edits.filter(({ before, after }) => before !== after),
  );
  for (const edit of edits) {
    if (dryRun) session.out.document(unifiedDiff(edit, session.paint));
    else if (edit.file === '-') session.out.file(edit.after);
    else if (edit.after !== edit.before) replaceFile(session, edit.file, edit.after);
    const done = edit.after === edit.before ? 'unchanged' : dryRun ? 'to change' : 'changed';
    session.say(`${inputName(edit.file)}: ${done}`);
  }
}

/** @throws CliError when a change brings a problem that was not there before */
async function refuseNewProblems(session: Session, edits: readonly Edit[]): Promise<void> {
  const schema = edits.length === 0 ? undefined : await schemaIfThere(session);
  if (schema === undefined) return;
  const { parseXml, renderSchemaProblem } = await import('@kvm/domain-xml');
  let count = 0;
  for (const { file, before, after } of edits) {
    for (const problem of newProblems(schema, parseXml(before), parseXml(after))) {
      session.err.message(renderSchemaProblem(problem, inputName(file)));
      count += 1;
    }
  }
  if (count === 0) return;
  const message = `the change would bring ${counted(count, 'problem')}; nothing was written. Choose another path or value.`;
  throw new CliError('bad-input', message);
}

/** Also on a machine without libvirt a file can be changed, but not without saying that nobody checked it. */
async function schemaIfThere(session: Session): Promise<DomainSchema | undefined> {
  try {
    return await readDomainSchema();
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    session.err.message(`${session.paintError.yellow('not checked:')} ${error.message}`);
    return undefined;
  }
}

/** Problems that are there after a change and were not before; what is elsewhere only because of it is not new. */
function newProblems(schema: DomainSchema, before: ParsedXml, after: ParsedXml) {
  const keyOf = ({ path, message }: { readonly path: string; readonly message: string }): string =>
    `${path.replace(/\[\d+\]/g, '')}: ${message}`;
  const known = schema.validate(before).map(keyOf);
  return schema.validate(after).filter((problem) => {
    const at = known.indexOf(keyOf(problem));
    if (at >= 0) known.splice(at, 1);
    return at < 0;
  });
}
