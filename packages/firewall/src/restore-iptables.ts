interface OwnLines {
  readonly chains: string[];
  readonly rules: string[];
  readonly jumps: string[];
  /** Jumps that are taken out. */
  readonly closed: string[];
}
const nothing = (): OwnLines => ({ chains: [], rules: [], jumps: [], closed: [] });

/** Chains and jumps of ours in a text of iptables-save or for iptables-restore, by table. */
function ownLines(saved: string): Map<string, OwnLines> {
  const tables = new Map<string, OwnLines>();
  let table = nothing();
  for (const counted of saved.split('\n')) {
    const line = counted.replace(/^\[\d+:\d+\] /, '');
    if (line.startsWith('*')) {
      table = nothing();
      tables.set(line.slice(1), table);
    } else if (line.startsWith(':KVM-')) table.chains.push(line.slice(1).replace(/ .*/, ''));
    else if (line.startsWith('-A KVM-')) table.rules.push(line);
    else if (/^-[AI] [A-Z]+ .*-j KVM-/.test(line)) table.jumps.push(line.replace(/^-[AI] ([A-Z]+) (?:1 )?/, '$1 '));
    else if (line.startsWith('-D ')) table.closed.push(line.slice(3));
  }
  return tables;
}

/**
 * A shell script that puts our chains back as they were, whatever has become of a later load.
 *
 * @param program `iptables` or `ip6tables`
 * @param before what `iptables-save` printed before
 * @param loaded the file that is loaded after that
 */
export function renderIptablesRollback(program: 'iptables' | 'ip6tables', before: string, loaded: string): string {
  const old = ownLines(before);
  const later = ownLines(loaded);
  return ['raw', 'nat', 'filter', 'security']
    .flatMap((table) => {
      const was = old.get(table) ?? nothing();
      const is = later.get(table) ?? nothing();
      const gone = is.chains.filter((chain) => !was.chains.includes(chain));
      if (was.chains.length === 0 && gone.length === 0) return [];
      const newJumps = is.jumps.filter((jump) => !was.jumps.includes(jump));
      return [
        `${program}-restore -w -n <<'EOF'`,
        `*${table}`,
        ...[...was.chains, ...gone].map((chain) => `:${chain} - [0:0]`),
        ...was.rules,
        'COMMIT',
        'EOF',
        ...is.closed.map((jump) => {
          const [builtIn = '', ...target] = jump.split(' ');
          const words = `${program} -w -t ${table}`;
          return `${words} -C ${jump} 2>/dev/null || ${words} -I ${builtIn} 1 ${target.join(' ')}`;
        }),
        ...newJumps.map((jump) => `${program} -w -t ${table} -D ${jump} 2>/dev/null || true`),
        ...gone.map((chain) => `${program} -w -t ${table} -X ${chain} 2>/dev/null || true`),
      ];
    })
    .map((line) => `${line}\n`)
    .join('');
}
