const wildcards = new Map([
  ['**', '.*'],
  ['*', '[^.]*'],
  ['.', '\\.'],
]);

/** Domains are alike: far fewer places are asked for, each over and over. */
const mostKnown = 2000;

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
  const known = new Map<string, boolean>();
  return (path) => {
    const before = known.get(path);
    if (before !== undefined) return before;
    if (known.size >= mostKnown) known.clear();
    const fits = expression.test(path);
    known.set(path, fits);
    return fits;
  };
}
