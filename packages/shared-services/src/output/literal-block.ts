/**
 * Text as a YAML value, indented: a literal block where YAML 1.1 and 1.2 give it back as it is, else a quoted string.
 *
 * @param indent how far the key that it belongs to is indented
 */
export function yamlText(text: string, indent: number): string {
  const isBlock = /^[^\s]/.test(text) && /[^\n]\n$/.test(text) && /^[\n\x20-\x7e]*$/.test(text);
  if (!isBlock) return JSON.stringify(text);
  const margin = ' '.repeat(indent + 2);
  return `|\n${text
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? '' : margin + line))
    .join('\n')}`;
}
