import { randomFrom } from './random.ts';

/** What is put into texts: XML's own marks, and what it cannot hold. */
const bits = [
  ...['<', '>', '&', '"', "'", '/', '=', ' ', '\n', ']]>', '<!--', '-->', '--', '<![CDATA[', '<?', '?>', '<!', '/>'],
  ...['&#0;', '&#xD800;', '&#x1F600;', '&amp;', '&x;', '&#', '\u0001', '\u{FFFE}', '\u00A0', '\u{1F600}', '%'],
  ...['xmlns:a=""', 'xmlns="urn:a"', 'xmlns:xml="urn:a"', 'a:', ':', '<a:b/>', '<x/>', '<?xml version="1.1"?>', '-1'],
];

/**
 * Texts with one to three places damaged: something put in, taken out, put twice, put elsewhere, cut off, or taken from
 * another text. The same for the same seed.
 */
export function damage(
  texts: readonly string[],
  { seed, count }: { readonly seed: number; readonly count: number },
): string[] {
  const random = randomFrom(seed);
  const pick = (from: readonly string[]): string => from[random(from.length)] ?? '';
  const piece = (text: string): string => {
    const at = random(text.length);
    return text.slice(at, at + 1 + random(random(4) === 0 ? 200 : 12));
  };
  const damaged = (text: string): string => {
    const at = random(text.length + 1);
    const [head, tail] = [text.slice(0, at), text.slice(at)];
    switch (random(8)) {
      case 0:
        return head + tail.slice(1 + random(30));
      case 1:
        return head + piece(text) + tail;
      case 2:
        return head + piece(pick(texts)) + tail;
      case 3:
        return random(8) === 0 ? head : head + tail.slice(1);
      case 4:
        return head + String.fromCharCode(random(0x250)) + tail.slice(1);
      default:
        return head + pick(bits) + tail.slice(random(3));
    }
  };
  return Array.from({ length: count }, () => {
    let text = pick(texts);
    for (let places = 1 + (random(2) === 0 ? 0 : random(3)); places > 0; places -= 1) text = damaged(text);
    return Buffer.from(text).toString(); // without halves of astral characters, which no file can hold
  });
}
