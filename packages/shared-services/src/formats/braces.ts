/** The quoted or bare argument of `name(...)` in syslog-ng's syntax, the first after `from`. */
export function argument(text: string, name: string): string | undefined {
  const [, quoted, bare] = new RegExp(`\\b${name}\\(\\s*(?:"([^"]*)"|([^()\\s]*))`).exec(text) ?? [];
  return quoted ?? bare;
}

/** Parameters of RainerScript's `statement(...)`: each `name="value"` or `name=["a", "b"]`. */
export function statements(text: string, statement: string): Map<string, readonly string[]>[] {
  const plain = text.replace(/^#.*$/gm, '');
  return [...plain.matchAll(new RegExp(`\\b${statement}\\(([^)]*)\\)`, 'g'))].map(
    ([, body = '']) =>
      new Map(
        [...body.matchAll(/([\w.]+)=(\[[^\]]*\]|"[^"]*")/g)].map(([, name = '', value = '']) => [
          name.toLowerCase(),
          [...value.matchAll(/"([^"]*)"/g)].map(([, item = '']) => item),
        ]),
      ),
  );
}
