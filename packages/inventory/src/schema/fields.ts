import * as z from 'zod/mini';
import type { Finding } from '../problem.ts';
import { DISK, type Measure, parseQuantity, quantityPattern } from '../values/quantity.ts';
import { judgePath } from '../values/text-rules.ts';

interface KeyDocs {
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly type?: string;
  readonly pattern?: string;
  readonly propertyNames?: { readonly pattern: string };
}

/** What editors show about each key; see {@link inventoryJsonSchema}. */
export const keyDocs = z.registry<KeyDocs>();

/** A check that reports a {@link Finding}; shape.ts reads it back from the issue. */
function judgedBy<T>(judge: (value: T) => Finding | undefined): z.core.$ZodCheck<T> {
  return z.check<T>(({ value, issues }) => {
    const finding = judge(value);
    if (finding !== undefined) issues.push({ code: 'custom', input: value, message: finding.message, params: finding });
  });
}

/** Text with a judge. `expected` ends the sentence "... is not". */
export function text(expected: string, judge: (value: string) => Finding | undefined, docs: KeyDocs) {
  return z.string(expected).check(judgedBy(judge)).register(keyDocs, docs);
}

/** Text that measures something. Any value reaches the judge, which knows what a number without unit was meant to be. */
export function quantity(measure: Measure, docs: KeyDocs) {
  const judge = (value: unknown): Finding | undefined => {
    const amount = parseQuantity(value, measure);
    return typeof amount === 'number' ? undefined : amount;
  };
  const schema = z.custom<string>().check(judgedBy(judge));
  return schema.register(keyDocs, { type: 'string', pattern: quantityPattern(measure), ...docs });
}

/** A whole number within bounds. */
export function whole(minimum: number, maximum: number, docs: KeyDocs) {
  const expected = `a whole number from ${minimum} to ${maximum}`;
  return z.int(expected).check(z.minimum(minimum, expected), z.maximum(maximum, expected)).register(keyDocs, docs);
}

export const path = (example: string, docs: KeyDocs) => text(`an absolute path, such as ${example}`, judgePath, docs);

export const diskSize = z
  .custom<string>()
  .check(
    judgedBy((value: unknown) => {
      const bytes = value === 'none' ? 0 : parseQuantity(value, DISK);
      return typeof bytes === 'number' ? undefined : bytes;
    }),
  )
  .register(keyDocs, {
    type: 'string',
    pattern: `^none$|${quantityPattern(DISK)}`,
    description: 'Size of the disk, 4 MiB to 1024 TiB, or `none` for a guest without this disk.',
    examples: ['8 GiB', '512 MiB', 'none'],
  });
