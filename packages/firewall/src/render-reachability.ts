import { openText } from './open-ranges.ts';
import type { Reachability } from './reachability.ts';

/** One line for each pair of zones that may talk: `lan -> public: tcp/22, tcp/3389`. */
export function renderReachability({ cells }: Reachability): string {
  return cells.map(({ from, to, open }) => `${from} -> ${to}: ${openText(open).join(', ')}\n`).join('');
}

const CELL = 96;
const LINE = 13;
const MARGIN = 120;
const MOST_LINES = 5;

/** The matrix as a picture: rows are sources, columns destinations, green is open, amber is everything. */
export function renderReachabilitySvg({ zones, cells }: Reachability): string {
  const height = MOST_LINES * LINE + 12;
  const open = new Map(cells.map((cell) => [`${cell.from} ${cell.to}`, openText(cell.open)]));
  const width = MARGIN + zones.length * CELL + 1;
  const total = MARGIN / 2 + zones.length * height + 1;
  const columns = zones.map((zone, index) => label(zone, MARGIN + index * CELL + CELL / 2, MARGIN / 2 - 8, 'middle'));
  const rows = zones.map((zone, index) => label(zone, MARGIN - 8, MARGIN / 2 + index * height + height / 2, 'end'));
  const boxes = zones.flatMap((from, y) =>
    zones.map((to, x) =>
      box(from === to ? undefined : (open.get(`${from} ${to}`) ?? []), {
        x: MARGIN + x * CELL,
        y: MARGIN / 2 + y * height,
        height,
      }),
    ),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${total}" width="${width}" height="${total}" font-family="sans-serif" font-size="11">`,
    '<title>Who may open a connection to whom: rows are sources, columns destinations</title>',
    `<rect width="${width}" height="${total}" fill="#ffffff"/>`,
    ...columns,
    ...rows,
    ...boxes,
    '</svg>',
    '',
  ].join('\n');
}

/** Zones' names hold no character that XML would read. */
const label = (text: string, x: number, y: number, anchor: string): string =>
  `<text x="${x}" y="${y}" text-anchor="${anchor}" font-weight="bold">${text.length > 16 ? `${text.slice(0, 15)}…` : text}</text>`;

/** @param lines what is open; undefined for a zone and itself */
function box(lines: readonly string[] | undefined, { x, y, height }: { x: number; y: number; height: number }): string {
  const colour =
    lines === undefined ? '#dddddd' : lines.length === 0 ? '#f7f7f7' : lines.includes('any') ? '#f6cf7a' : '#bfe3c0';
  const all = lines ?? [];
  const shown =
    all.length > MOST_LINES ? [...all.slice(0, MOST_LINES - 1), `and ${all.length - MOST_LINES + 1} more`] : all;
  const texts = shown.map((line, index) => `<text x="${x + 6}" y="${y + 16 + index * LINE}">${line}</text>`);
  return `<rect x="${x}" y="${y}" width="${CELL}" height="${height}" fill="${colour}" stroke="#888888"/>${texts.join('')}`;
}
