import type { RunProgram } from '@kvm/command';
import type { ServiceFile } from '../index.ts';
import { mustRun } from './must-run.ts';

/** A file that somebody has made or changed by hand, and what it is to be instead, both without secrets. */
export interface HandMade {
  readonly before: string;
  readonly after: string;
}

/** Why a file is not shown. */
export interface Unseen {
  readonly why: string;
}

const maxBytes = 65_536;

/** Words that values stand behind which are nobody's to see. */
const secretWords = /passw|secret|authtok|credential|\bbindpw\b|private/i;

/**
 * Reads a file that somebody has made or changed by hand, for people to see.
 *
 * @param file what it is to be, with its secrets
 * @param mode permission bits of what is there
 * @throws ServicesError `program-failed`
 */
export async function readByHand(file: ServiceFile, mode: number, run: RunProgram): Promise<HandMade | Unseen> {
  const keywords = secretKeywords(file);
  const isPublic = (mode & 0o004) !== 0;
  if (keywords === undefined || (keywords.size === 0 && !isPublic)) return { why: 'it is not for everybody' };
  const text = await mustRun(run, ['head', '-c', String(maxBytes + 1), file.path]);
  if (Buffer.byteLength(text) > maxBytes) return { why: 'it is long' };
  if (text.includes('\0')) return { why: 'it is no text' };
  return { before: masked(text, keywords), after: masked(file.withSlots ?? file.content, keywords) };
}

/** The words that lines with secrets begin with; undefined when such a line begins with none, so that nobody can tell. */
function secretKeywords({ withSlots = '' }: ServiceFile): ReadonlySet<string> | undefined {
  const keywords = withSlots
    .split('\n')
    .filter((line) => line.includes('@secret:'))
    .map((line) => keywordOf(line));
  return keywords.includes(undefined) ? undefined : new Set(keywords.filter((word) => word !== undefined));
}

const keywordOf = (line: string): string | undefined => /^\s*([A-Za-z_][\w-]*)/.exec(line)?.[1];

/** A line that says a secret becomes its first word; so do the ones that it goes on in, which begin with a blank. */
function masked(text: string, keywords: ReadonlySet<string>): string {
  if (keywords.size === 0) return text;
  let hidden = false;
  return text
    .split('\n')
    .map((line) => {
      const goesOn = hidden && /^\s+\S/.test(line);
      const word = goesOn ? '' : (keywordOf(line) ?? '');
      hidden = goesOn || keywords.has(word) || secretWords.test(line);
      return hidden ? `${word} (not shown)` : line;
    })
    .join('\n');
}
