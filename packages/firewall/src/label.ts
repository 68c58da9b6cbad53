/** Text that may stand between double quotes in nft, iptables and ipset files, whatever it was: no quote, no backslash, one line, ASCII. */
export function safeLabel(text: string, most: number): string {
  return text
    .slice(0, most)
    .replace(/[^A-Za-z0-9 ._:,/()+=>*-]/gu, '_')
    .trimEnd();
}

/** FNV-1a twice over, in 14 characters of base 36: names that depend on content alone. */
export function contentName(text: string): string {
  let [low, high] = [0x811c9dc5, 0x01000193];
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ (unit + index), 0x01000193);
  }
  return [high, low].map((half) => (half >>> 0).toString(36).padStart(7, '0')).join('');
}
