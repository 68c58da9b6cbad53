import { type Document, type ErrorCode, parseDocument, type YAMLError } from 'yaml';
import type { Finding } from '../problem.ts';
import { placeOf, type Source } from './source.ts';
import type { ReportSpan } from './values.ts';

/** A text of short values takes some two hundred times its own size in memory while it is parsed. */
export const largestMib = 4;

export const isTooLarge = (text: string): boolean => text.length > largestMib * 2 ** 20;

/** Control characters that YAML forbids (YAML 1.2.2, 5.1), and carriage returns that end no line. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const FORBIDDEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u0084\u0086-\u009F\uFFFE\uFFFF]|\r(?!\n)|\p{Cs}/u;

/** How to mend what the YAML parser complains about, where that is known. */
const REMEDIES: { readonly [code in ErrorCode]?: string } = {
  BAD_INDENT: 'Give keys of one map the same number of leading spaces.',
  BAD_DQ_ESCAPE: 'Write the backslash twice, or use single quotes.',
  BAD_SCALAR_START: 'Put the value in quotes.',
  BLOCK_AS_IMPLICIT_KEY:
    'Put a value with a colon in quotes; else give this key and the next line the same indentation.',
  BLOCK_IN_FLOW: 'Inside braces or brackets, write maps and lists with braces and brackets too.',
  MISSING_CHAR: 'Close the quote, bracket or brace that was opened here or above, or add the missing comma.',
  MULTILINE_IMPLICIT_KEY: 'Put a colon and a space after the key.',
  MULTIPLE_DOCS: 'Keep one document: remove the line `---` and what does not belong to it.',
  RESOURCE_EXHAUSTION: 'Look for brackets that are not closed.',
  TAB_AS_INDENT: 'Indent with spaces.',
  TAG_RESOLVE_FAILED: 'Remove the tag (the word that begins with an exclamation mark).',
  UNEXPECTED_TOKEN: 'Look for a missing quote, comma, colon or space at this place or just before it.',
};

/** What the YAML parser says in words that assume knowledge of its grammar, said otherwise. */
const MESSAGES: { readonly [code in ErrorCode]?: string } = {
  BLOCK_AS_IMPLICIT_KEY: 'There is a second colon in this line, or the next line is indented too far.',
  MULTILINE_IMPLICIT_KEY: 'This is neither a key with a colon and a space after it, nor a value.',
  MULTIPLE_DOCS: 'A second YAML document begins here; an inventory is one.',
  RESOURCE_EXHAUSTION: 'Values are nested too deeply.',
};

function syntaxFinding({ code, message }: YAMLError): Finding {
  if (/^Flow (?:map|sequence) in block/.test(message)) {
    const open = 'The brace or bracket opened above is not closed before this line.';
    return { code: 'yaml-syntax', message: open, remedy: 'Close it, or indent the lines inside it.' };
  }
  const plain = message.replace(/\.?$/, '.').replace(/(["'])quote/, '$1 quote');
  const remedy = REMEDIES[code] ?? 'Correct the YAML at this place.';
  return { code: 'yaml-syntax', message: MESSAGES[code] ?? `This is not valid YAML: ${plain}`, remedy };
}

/** Reports what makes the text no YAML at all; false when it is not worth parsing. */
function isText({ text }: Source, report: ReportSpan): boolean {
  if (isTooLarge(text)) {
    const message = `The file is larger than ${largestMib} MiB, so it can hardly be an inventory.`;
    report([0, 1], { code: 'too-large', message, remedy: 'Check which file was named.' });
    return false;
  }
  const at = text.search(FORBIDDEN);
  if (at === -1) return true;
  const character = (text.codePointAt(at) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  const message = `U+${character} is no character that YAML allows.`;
  report([at, at + 1], { code: 'control-character', message, remedy: 'Remove it, and save the file as UTF-8 text.' });
  return false;
}

/** Parses the text; mistakes of syntax are reported, one a line, and leave no document. */
export function parseYaml(source: Source, report: ReportSpan): Document.Parsed | undefined {
  if (!isText(source, report)) return undefined;
  // Keys given twice are found by the reader of values, in one pass: here it would be each key against each.
  const document = parseDocument(source.text, { uniqueKeys: false, prettyErrors: false });
  const mistakes = [...document.errors, ...document.warnings];
  const lastCharacter = Math.max(0, source.text.trimEnd().length - 1);
  const lines = new Set<number>();
  for (const mistake of mistakes) {
    const [from, to] = mistake.pos;
    const start = Math.min(from, lastCharacter);
    const { line } = placeOf(source, start);
    if (!lines.has(line)) report([start, Math.max(to, start + 1)], syntaxFinding(mistake));
    lines.add(line);
  }
  if (mistakes.length > 0) return undefined;
  if (document.directives.yaml.version !== '1.2') {
    const message = 'The %YAML directive asks for YAML 1.1; inventories are YAML 1.2.';
    report([0, 1], { code: 'yaml-syntax', message, remedy: 'Remove the line that begins with %YAML.' });
    return undefined;
  }
  return document;
}
