import { expect, test } from 'vitest';
import { sideBySide } from './side-by-side.ts';

test('one that hangs until all others are done holds up none of them, and results keep their order', async () => {
  const items = ['hangs', 'a', 'b', 'c', 'd', 'e', 'f'];
  let done = 0;
  let release: () => void = () => undefined;
  const others = new Promise<void>((resolve) => {
    release = resolve;
  });
  const results = await sideBySide(items, async (item) => {
    if (item === 'hangs') await others;
    else if (++done === items.length - 1) release();
    return item.toUpperCase();
  });
  expect(results).toEqual(['HANGS', 'A', 'B', 'C', 'D', 'E', 'F']);
});

test('no more than four are under way', async () => {
  let [now, most] = [0, 0];
  await sideBySide([...Array(20).keys()], async () => {
    most = Math.max(most, ++now);
    await new Promise((resolve) => setImmediate(resolve));
    now -= 1;
  });
  expect(most).toBe(4);
});
