import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runsOverAgents, runsOverFiles, runsOverHost } from './hostile-files.ts';
import { type HostileRun, runHostile, runsOverLibvirt } from './hostile-runs.ts';
import { hostileWords } from './terminal-text.ts';

/** How often each run is tried with words that nobody has thought of. */
const tries = Number(process.env.KVM_SOAK_RUNS ?? 40);

/** Pieces of what was thought of, and of anything. */
const word = fc
  .array(
    fc.oneof(
      fc.constantFrom(...hostileWords),
      fc.constantFrom(
        '\x1b',
        '[',
        ']',
        '\u009b',
        '\n',
        '\r',
        '\t',
        ';',
        'm',
        '31',
        '\u202e',
        '/',
        '..',
        '-',
        ' ',
        '%s',
        '\\',
        "'",
        '"',
      ),
      fc.string({ unit: 'binary', maxLength: 20 }),
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((parts) => parts.join('').replace(/[\0\p{Cs}]/gu, ''));

describe.skipIf(!process.env.KVM_SOAK)("nothing foreign does anything to the administrator's terminal", () => {
  const count = { tried: 0, right: 0 };

  async function tryOften(hostile: HostileRun, runs: number): Promise<void> {
    await fc.assert(
      fc.asyncProperty(word, fc.boolean(), async (word, refuses) => {
        if (word === '') return;
        count.tried += 1;
        await runHostile(refuses ? { ...hostile, check: undefined } : hostile, {
          word,
          refuses,
          output: `${word} ${word} ${word} x\n`,
        });
        count.right += 1;
      }),
      { numRuns: runs, endOnFailure: true },
    );
  }

  test.each(runsOverLibvirt)('$title', { timeout: 600_000 }, (hostile) =>
    // Guests are waited for, a second each.
    tryOften(hostile, ['stop', 'reboot'].includes(hostile.title) ? Math.min(5, tries) : tries),
  );
  test.each(runsOverFiles)('$title', { timeout: 600_000 }, (hostile) => tryOften(hostile, tries));
  test.each(runsOverHost)('$title', { timeout: 1_200_000 }, (hostile) => tryOften(hostile, Math.min(5, tries)));
  test.each(runsOverAgents)('$title', { timeout: 1_200_000 }, (hostile) => tryOften(hostile, Math.min(5, tries)));

  test('all that were tried were right', () => {
    console.log(`${count.right} of ${count.tried} runs were right`);
    expect(count.tried).toBeGreaterThan(100);
    expect(count.right).toBe(count.tried);
  });
});
