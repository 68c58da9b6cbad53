import { expect, test } from 'vitest';
import { type Key, press } from './press.ts';
import { firstView, type View } from './view.ts';

const guests = ['db', 'aj', 'public', 'private', 'common'];

/** A key: its name, or the character that it types. */
const keyOf = (key: string): Key =>
  key.length === 1 ? { name: key.toLowerCase(), sequence: key } : { name: key, sequence: '' };

function after(keys: readonly string[], view: View = firstView(2)): View {
  return keys.reduce((before, key) => {
    const result = press(before, keyOf(key), { guests, pageSize: 3 });
    if (typeof result === 'string') throw new Error(`${key} is ${result}`);
    return result;
  }, view);
}

const action = (key: Key, view = firstView(2)) => press(view, key, { guests, pageSize: 3 });

test('the cursor keeps to the guest, and within the list', () => {
  expect(after(['down']).selected).toBe('aj');
  expect(after(['down', 'down', 'up']).selected).toBe('aj');
  expect(after(['up']).selected).toBe('db');
  expect(after(['pagedown']).selected).toBe('private');
  expect(after(['pagedown', 'pagedown']).selected).toBe('common');
  expect(after(['end']).selected).toBe('common');
  expect(after(['end', 'pageup', 'home']).selected).toBe('db');
  expect(press(firstView(2), keyOf('down'), { guests: [], pageSize: 3 })).toMatchObject({ selected: undefined });
});

test('orders', () => {
  expect(['P', 'M', 'R', 'W', 'B', 'O', 'N'].map((key) => after([key]).sort)).toEqual([
    ...['cpu', 'memory', 'read', 'write', 'received', 'sent', 'vmid'],
  ]);
  expect(after(['>']).sort).toBe('received');
  expect(after(['f6', 'right', 'right']).sort).toBe('vmid');
  expect(after(['<', 'left']).sort).toBe('memory');
  expect(after(['N', '<']).sort).toBe('sent');
  expect(after(['I']).inverted).toBe(true);
  expect(after(['I', 'P']).inverted).toBe(false);
});

test('a filter is typed, kept, and taken away', () => {
  expect(after(['f4', 'p', 'q', 'backspace', 'r'])).toMatchObject({ filter: 'pr', typing: true });
  expect(after(['/', 'p', 'return'])).toMatchObject({ filter: 'p', typing: false });
  expect(after(['\\', 'p', 'escape'])).toMatchObject({ filter: '', typing: false });
  expect(after(['/', 'p', 'return', 'escape']).filter).toBe('');
  expect(after(['/', 'up', '\x07'])).toMatchObject({ filter: '', typing: true });
});

test('pages', () => {
  expect(after(['h']).page).toBe('help');
  expect(after(['f1', 'x']).page).toBe('guests');
  expect(after(['down', 'return'])).toMatchObject({ page: 'guest', selected: 'aj' });
  for (const key of ['return', 'escape', 'q']) expect(after(['return', key]).page).toBe('guests');
});

test('volumes, pause and interval', () => {
  expect(['t', 'f5', 't'].map((_, at) => after(Array(at + 1).fill('t')).volumes)).toEqual(['all', 'none', 'active']);
  expect(after([' ']).paused).toBe(true);
  expect(after(['Z', 'Z']).paused).toBe(false);
  expect(after(['+', '+']).intervalSeconds).toBe(5);
  expect(after(['-', '-', '-']).intervalSeconds).toBe(1);
  expect(after(Array(20).fill('+')).intervalSeconds).toBe(60);
  expect(after(['-'], firstView(2.5)).intervalSeconds).toBe(2);
});

test('what is no change of the view', () => {
  expect(action(keyOf('q'))).toBe('quit');
  expect(action(keyOf('f10'))).toBe('quit');
  for (const view of [firstView(2), after(['h']), after(['/'])]) {
    expect(action({ name: 'c', ctrl: true, sequence: '\x03' }, view)).toBe('quit');
    expect(action({ name: 'z', ctrl: true, sequence: '\x1a' }, view)).toBe('suspend');
    expect(action({ name: 'l', ctrl: true, sequence: '\x0c' }, view)).toBe('redraw');
  }
  for (const key of [keyOf('x'), keyOf('f12'), { sequence: '\x1b[31~' }, {}]) expect(action(key)).toEqual(firstView(2));
});
