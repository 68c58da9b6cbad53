import { type SortKey, sortKeys, type View } from './view.ts';

/** A key as `node:readline` tells it: `{ name: 'up' }`, `{ name: 'p', sequence: 'P' }`. */
export interface Key {
  readonly name?: string | undefined;
  readonly sequence?: string | undefined;
  readonly ctrl?: boolean | undefined;
}

/** What a key does besides changing the view. */
export type Action = 'quit' | 'suspend' | 'redraw';

/** What is on the screen while a key is pressed. */
export interface Shown {
  /** Names of the guests, in order. */
  readonly guests: readonly string[];
  /** How many of them fit. */
  readonly pageSize: number;
}

const intervals = [1, 2, 3, 5, 10, 30, 60];
const sortLetters: { readonly [letter in string]?: SortKey } = {
  P: 'cpu',
  M: 'memory',
  R: 'read',
  W: 'write',
  B: 'received',
  O: 'sent',
  N: 'vmid',
};

/** The view after a key, or what is to be done. Keys are those of htop where it has them. */
export function press(view: View, key: Key, shown: Shown): View | Action {
  if (key.ctrl) return pressControl(view, key);
  if (view.typing) return typeFilter(view, key);
  const text = key.sequence ?? '';
  if (key.name === 'f10' || text === 'q') return view.page === 'guests' || key.name === 'f10' ? 'quit' : toGuests(view);
  if (view.page === 'help') return toGuests(view);
  return pressLetter(view, text) ?? pressName(view, key.name ?? '') ?? moveCursor(view, key.name ?? '', shown) ?? view;
}

const toGuests = (view: View): View => ({ ...view, page: 'guests' });

function pressControl(view: View, { name }: Key): View | Action {
  if (name === 'c') return 'quit';
  if (name === 'z') return 'suspend';
  return name === 'l' ? 'redraw' : view;
}

function typeFilter(view: View, { name, sequence = '' }: Key): View {
  if (name === 'return' || name === 'enter') return { ...view, typing: false };
  if (name === 'escape') return { ...view, typing: false, filter: '' };
  if (name === 'backspace') return { ...view, filter: view.filter.slice(0, -1) };
  return /^[\p{L}\p{N}\p{P}\p{S} ]$/u.test(sequence) ? { ...view, filter: view.filter + sequence } : view;
}

function pressLetter(view: View, letter: string): View | undefined {
  const sort = sortLetters[letter];
  if (sort !== undefined) return { ...view, sort, inverted: false };
  switch (letter) {
    case 'h':
    case '?':
      return { ...view, page: 'help' };
    case '\\':
    case '/':
      return { ...view, typing: true };
    case 't':
      return cycleVolumes(view);
    case '<':
      return sortBeside(view, -1);
    case '>':
      return sortBeside(view, 1);
    case 'I':
      return { ...view, inverted: !view.inverted };
    case 'Z':
    case ' ':
      return { ...view, paused: !view.paused };
    case '+':
      return {
        ...view,
        intervalSeconds: intervals.find((each) => each > view.intervalSeconds) ?? view.intervalSeconds,
      };
    case '-':
      return { ...view, intervalSeconds: intervals.findLast((each) => each < view.intervalSeconds) ?? 1 };
    default:
      return undefined;
  }
}

function pressName(view: View, name: string): View | undefined {
  switch (name) {
    case 'f1':
      return { ...view, page: 'help' };
    case 'f3':
    case 'f4':
      return { ...view, typing: true };
    case 'f5':
      return cycleVolumes(view);
    case 'f6':
    case 'right':
      return sortBeside(view, 1);
    case 'left':
      return sortBeside(view, -1);
    case 'return':
    case 'enter':
      return { ...view, page: view.page === 'guest' ? 'guests' : 'guest' };
    case 'escape':
      return view.page === 'guest' ? toGuests(view) : { ...view, filter: '' };
    default:
      return undefined;
  }
}

function cycleVolumes(view: View): View {
  const next = { active: 'all', all: 'none', none: 'active' } as const;
  return { ...view, volumes: next[view.volumes] };
}

function sortBeside(view: View, step: number): View {
  const at = sortKeys.indexOf(view.sort) + step;
  return { ...view, sort: sortKeys.at(at % sortKeys.length) ?? view.sort, inverted: false };
}

function moveCursor(view: View, name: string, { guests, pageSize }: Shown): View | undefined {
  const at = Math.max(0, guests.indexOf(view.selected ?? ''));
  const last = guests.length - 1;
  const places: { readonly [name in string]?: number } = {
    up: at - 1,
    down: at + 1,
    pageup: at - pageSize,
    pagedown: at + pageSize,
    home: 0,
    end: last,
  };
  const place = places[name];
  return place === undefined ? undefined : { ...view, selected: guests[Math.min(last, Math.max(0, place))] };
}
