/** An entry: the values of each attribute, whose names are in lower case (RFC 2849; long lines are folded). */
export type LdifEntry = ReadonlyMap<string, readonly string[]>;

export const parseLdif = (text: string): LdifEntry[] =>
  text
    .replace(/^#.*\n/gm, '')
    .replace(/\n /g, '')
    .split(/\n{2,}/)
    .flatMap((block) => {
      const entry = new Map<string, string[]>();
      for (const [, name = '', value = ''] of block.matchAll(/^([A-Za-z][\w-]*):\s*(.*?)\s*$/gm)) {
        const key = name.toLowerCase();
        entry.set(key, [...(entry.get(key) ?? []), value]);
      }
      return entry.size === 0 ? [] : [entry];
    });

export const firstValue = (entry: LdifEntry | undefined, name: string): string | undefined =>
  entry?.get(name.toLowerCase())?.[0];
