import type { Command } from 'commander';
import { readText } from '../input/read-inventory.ts';
import { readXml } from '../input/read-xml.ts';
import type { Session } from '../session.ts';
import type { Completion, KnownNames } from './completion/candidates.ts';

/** What the shells' completion asks; not for people. */
export function addComplete(program: Command, session: Session): void {
  program
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .action(async (words: string[]) => {
      const { completeWords } = await import('./completion/candidates.ts');
      const completion = await completeWords(program, words, {
        names: (inventory) => readNames(session, inventory),
        paths: (file) => readPaths(session, file),
      });
      session.out.document(
        linesOf(completion)
          .map((line) => `${line}\n`)
          .join(''),
      );
    });
}

function linesOf(completion: Completion): string[] {
  if (typeof completion === 'string') return [`:${completion}`];
  return completion.filter(({ word }) => isPlain(word)).map(({ word, description }) => `${word}\t${description}`);
}

/** Whether a shell takes the word as it is: names of a file's guests are put into the command line unquoted. */
const isPlain = (word: string): boolean => /^[\p{L}\p{N}_@%+=:,./[\]-]+$/u.test(word);

async function readNames(session: Session, inventory: string): Promise<KnownNames> {
  if (inventory === '-') return { guests: [], groups: [], machines: [] };
  const { readNames: namesIn } = await import('@kvm/inventory');
  const { guests, groups, machines, host } = namesIn(await readText(session, inventory));
  return { guests, groups, machines: [...(host === undefined ? [] : [host]), ...machines] };
}

async function readPaths(session: Session, file: string): Promise<readonly string[]> {
  const { xmlPaths } = await import('@kvm/domain-xml');
  return xmlPaths(await readXml(session, file));
}
