import { describe, expect, test } from 'vitest';
import { runsOverFiles } from '../../test/hostile-files.ts';
import { runHostile, runsOverLibvirt } from '../../test/hostile-runs.ts';
import { expectOnlyText, hostileWords } from '../../test/terminal-text.ts';

/** A sample; administrator.soak.test.ts has more. */
describe('what libvirtd and guests say is shown as text, and makes no line', () => {
  const word = hostileWords.join('');

  test.each(runsOverLibvirt)('$title', (hostile) => runHostile(hostile, { word }));

  test.each(runsOverFiles)('$title', (hostile) => runHostile(hostile, { word }));

  test.each(runsOverLibvirt)('$title, refused', (hostile) =>
    runHostile({ ...hostile, check: undefined }, { word, refuses: true }),
  );
});

test.each(hostileWords)('list shows a domain named %j in one row', (word) =>
  runHostile(runsOverLibvirt[0] as (typeof runsOverLibvirt)[0], { word }),
);

test('events of plain words', () =>
  runHostile(
    {
      title: 'events',
      argv: ({ uri }) => ['events', '-c', uri],
      lines: 6,
      check: ({ stdout }) =>
        expect(
          stdout
            .replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}/gm, '')
            .split('\n')
            .toSorted(),
        ).toEqual(
          [
            '',
            'web  device web is gone',
            'web  its agent answers (channel)',
            'web  copy of disk web: ready',
            'web  restarts',
            'web  started (booted)',
            'web  viewer web:web connect',
          ].toSorted(),
        ),
    },
    { word: 'web' },
  ));

test('the judge of all this sees what a terminal would act on', () => {
  for (const word of ['\x1b[2J', '\u009b', '\u202e', '\u2028', '\x1b]0;x\x07', '\r', '\t'])
    expect(() => expectOnlyText(word)).toThrow();
  expectOnlyText('\r\x1b[K\x1b[31mred\x1b[39m\n');
});
