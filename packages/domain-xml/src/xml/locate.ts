/** Line and column of an offset, both from 1; the column counts characters, not UTF-16 units. */
export function locate(xml: string, offset: number): { readonly line: number; readonly column: number } {
  const lines = xml.slice(0, Math.max(0, offset)).split(/\r\n|\r|\n/);
  return { line: lines.length, column: [...(lines.at(-1) ?? '')].length + 1 };
}
