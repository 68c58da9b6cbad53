/** A word that a POSIX shell takes as it is, whatever is in it. */
export const shellQuote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** A command as one text, for a shell. */
export const shellCommand = (command: readonly string[]): string => command.map(shellQuote).join(' ');
