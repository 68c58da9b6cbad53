const wildcards = new Map([
  ['**', '.*'],
  ['*', '[^.]*'],
  ['.', '\\.'],
]);

/**
 * Whether a place in a domain (`devices.disk.driver.@type`) is one of those that patterns name: words separated by white
 * space, `*` for anything within a part, `**` for anything.
 */
export function pathPattern(patterns: string): (path: string) => boolean {
  const expressions = patterns
    .trim()
    .split(/\s+/)
    .map((pattern) => pattern.replace(/\*\*|[*.]/g, (found) => wildcards.get(found) ?? found));
  const expression = new RegExp(`^(?:${expressions.join('|')})$`);
  return (path) => expression.test(path);
}
