import { DomainXmlError } from '../error.ts';

/** What an element must be: the nth of its name, or one with a value at a path below it. */
export type Condition =
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'value'; readonly below: readonly string[]; readonly attribute?: string; readonly value: string };

export interface PathStep {
  readonly name: string;
  readonly conditions: readonly Condition[];
}

/** A way to elements of a document, or to an attribute of theirs. */
export interface XmlPath {
  readonly steps: readonly PathStep[];
  readonly attribute: string | undefined;
}

const name = '[\\p{L}_][\\p{L}\\p{N}\\p{M}_.\\-\\u{B7}]*(?::[\\p{L}_][\\p{L}\\p{N}\\p{M}_.\\-\\u{B7}]*)?';
const value = `"[^"]*"|'[^']*'`;
const stepPattern = new RegExp(`/(?<attribute>@)?(?<name>${name})`, 'uy');
const numberPattern = /\[\s*(?<number>[1-9][0-9]{0,8})\s*\]/y;
const valuePattern = new RegExp(
  `\\[\\s*(?<below>(?:${name}/)*)(?:@(?<attribute>${name})|(?<last>${name}))\\s*=\\s*(?<value>${value})\\s*\\]`,
  'uy',
);

/**
 * Reads a path: `/domain/devices/disk[2]/target/@bus`, as problems show it; elements may be told by a value in them, too:
 * `/domain/devices/disk[target/@dev='vda']/driver/@cache`. It is a small part of XPath.
 *
 * @throws DomainXmlError `invalid-path`
 */
export function parseXmlPath(text: string): XmlPath {
  const steps: PathStep[] = [];
  let at = 0;
  const next = (pattern: RegExp) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.groups;
    if (found !== undefined) at = pattern.lastIndex;
    return found;
  };
  for (let step = next(stepPattern); step !== undefined; step = next(stepPattern)) {
    if (step.attribute !== undefined) {
      if (at === text.length && steps.length > 0) return { steps, attribute: step.name };
      throw invalid(text, at);
    }
    const conditions: Condition[] = [];
    for (let condition = nextCondition(next); condition !== undefined; condition = nextCondition(next)) {
      conditions.push(condition);
    }
    steps.push({ name: step.name ?? '', conditions });
  }
  if (at < text.length || steps.length === 0) throw invalid(text, at);
  return { steps, attribute: undefined };
}

function nextCondition(next: (pattern: RegExp) => Partial<Record<string, string>> | undefined): Condition | undefined {
  const number = next(numberPattern)?.number;
  if (number !== undefined) return { kind: 'number', number: Number(number) };
  const found = next(valuePattern);
  if (found === undefined) return undefined;
  const { below = '', attribute, last } = found;
  const names = [...below.split('/').slice(0, -1), ...(last === undefined ? [] : [last])];
  const wanted = (found.value ?? '').slice(1, -1);
  return { kind: 'value', below: names, ...(attribute === undefined ? {} : { attribute }), value: wanted };
}

function invalid(text: string, at: number): DomainXmlError {
  const where = at >= text.length ? 'at its end' : `from ${JSON.stringify(text.slice(at, at + 30))} on`;
  const problem = `this path cannot be understood ${where}; write one such as /domain/devices/disk[2]/target/@bus or /domain/devices/disk[target/@dev='vda']`;
  return new DomainXmlError('invalid-path', { path: text }, problem);
}
