import type { LeftOut, StepEffect } from '@kvm/host';
import { cellWidth } from './cell-width.ts';
import { oneLine } from './clean.ts';
import type { Entry, FoldedPlan } from './fold-plan.ts';
import { renderLeftOut } from './left-out.ts';
import type { Paint } from './paint.ts';
import { causeText, effectPaint, saysAll } from './plan-entry.ts';
import { counted, listNames } from './words.ts';

/** Width and height of a terminal, in characters. */
export interface Screen {
  readonly width: number;
  readonly height: number;
}

/** What a question, the summary and the line that was typed take of a screen. */
export const aroundPlan = 4;

interface BriefLine {
  readonly grave: number;
  readonly text: string;
  readonly effect: StepEffect;
}

const effects: readonly StepEffect[] = ['destroys data', 'restart', 'next boot', 'live'];
const graveOf = ({ effect, sign }: Entry): number => (sign === '!' ? 1.5 : effects.indexOf(effect));

/** A plan in lines that fit a screen: one for what several guests share, one for each other guest, the gravest first. */
export function renderBriefly(
  { folded, single, waitingFolded, waiting }: FoldedPlan,
  leftOut: LeftOut | undefined,
  { paint, screen }: { readonly paint: Paint; readonly screen: Screen },
): string[] {
  const ofMany = [...folded, ...waitingFolded].map(
    ({ entry, guests }): BriefLine => ({
      grave: graveOf(entry),
      text: `${entry.sign} ${saysAll(entry) ? entry.causes.map(causeText).join(', ') : entry.title}: ${counted(guests.length, 'guest')} (${listNames(guests, 3)})`,
      effect: entry.effect,
    }),
  );
  const ofOne = [...single].map(([owner, entries]): BriefLine => {
    const [gravest = entries[0]] = [...entries].sort((a, b) => graveOf(a) - graveOf(b));
    const words = entries.map((each) => (each.causes.length > 0 ? each.causes.map(causeText).join(', ') : each.title));
    return {
      grave: gravest ? graveOf(gravest) : 0,
      text: `${owner}: ${words.length > 1 ? `${counted(words.length, 'step')}: ` : ''}${words.join('; ')}`,
      effect: gravest?.effect ?? 'live',
    };
  });
  const alone = waiting.map(
    (entry): BriefLine => ({ grave: graveOf(entry), text: `! ${entry.title}`, effect: 'live' }),
  );
  const left = leftOut
    ? renderLeftOut(leftOut).map(
        (line): BriefLine => ({ grave: 9, text: line.trim().replace(/^(?!!)/, 'left out: '), effect: 'live' }),
      )
    : [];
  const lines = [...ofMany, ...ofOne, ...alone, ...left].sort((a, b) => a.grave - b.grave);
  // With the line that says how many more there are, and the one that says how to see them.
  const most = Math.max(1, screen.height - aroundPlan - 2);
  const shown = lines.slice(0, most).map(({ text, effect }) => {
    const label = effect === 'live' ? '' : `  ${effect}`;
    const cut = cutTo(text, screen.width - label.length);
    return label === '' ? cut : `${cut}  ${effectPaint[effect](paint)(effect)}`;
  });
  const more = lines.length - most;
  return [
    ...shown,
    ...(more > 0 ? [paint.dim(`and ${counted(more, 'line')} more`)] : []),
    paint.cyan(cutTo('All of it: --why. Of one guest: --why=GUEST. For a program: --json.', screen.width)),
  ];
}

/** The start of a text, as wide as there is room. */
function cutTo(text: string, width: number): string {
  const line = oneLine(text);
  if (cellWidth(line) <= width) return line;
  let used = 1;
  let end = '';
  for (const character of line) {
    used += cellWidth(character);
    if (used > width) break;
    end += character;
  }
  return `${end}…`;
}
