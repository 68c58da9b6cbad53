import { outlineLines } from './generated/outline.ts';

/** What is known of an element: the order of its attributes and children, and whether it may repeat. */
export interface ElementOutline {
  readonly repeats: boolean;
  /** Whether it has text, and neither attributes nor children. */
  readonly textOnly: boolean;
  /** From `@attribute` or child name to its place. */
  readonly order: ReadonlyMap<string, number>;
  readonly children: ReadonlyMap<string, ElementOutline>;
}

/**
 * An outline of one line of the generated table: `@unit name$ disk*:12`. Its children are looked up when first asked for,
 * since elements may contain themselves.
 */
class LineOutline implements ElementOutline {
  readonly repeats: boolean;
  readonly textOnly: boolean;
  readonly #line: string;
  #order: ReadonlyMap<string, number> | undefined;
  #children: ReadonlyMap<string, ElementOutline> | undefined;

  constructor(line: string, { repeats, textOnly }: { readonly repeats: boolean; readonly textOnly: boolean }) {
    this.#line = line;
    this.repeats = repeats;
    this.textOnly = textOnly;
  }

  get order(): ReadonlyMap<string, number> {
    this.#order ??= new Map(partsOf(this.#line).map((part, index) => [nameOf(part), index]));
    return this.#order;
  }

  get children(): ReadonlyMap<string, ElementOutline> {
    this.#children ??= new Map(
      partsOf(this.#line)
        .filter((part) => !part.startsWith('@'))
        .map((part) => [nameOf(part), outlineOf(part)]),
    );
    return this.#children;
  }
}

const partsOf = (line: string): string[] => line.split(' ').filter((part) => part !== '');

const nameOf = (part: string): string => part.replace(/\*?(\$|:\d+)?$/, '');

const outlines = new Map<string, ElementOutline>();

function outlineOf(part: string): ElementOutline {
  const [, repeats = '', textOnly = '', line = ''] = /(\*?)(?:(\$)|:(\d+))?$/.exec(part) ?? [];
  const key = `${repeats}:${line}`;
  const known = line === '' ? undefined : outlines.get(key);
  if (known !== undefined) return known;
  const outline = new LineOutline(line === '' ? '' : (outlineLines[Number(line)] ?? ''), {
    repeats: repeats !== '',
    textOnly: textOnly !== '',
  });
  if (line !== '') outlines.set(key, outline);
  return outline;
}

export const domainOutline: ElementOutline = outlineOf('domain:0');
