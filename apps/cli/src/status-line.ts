import { printable } from './printable.ts';
import type { Session } from './session.ts';

/** One line at the end of a terminal's standard error that changes while something long is under way; elsewhere nothing. */
export interface StatusLine {
  show(text: string): void;
  clear(): void;
}

const restart = '\r\x1b[K';

export function statusLine(session: Session): StatusLine {
  const { stderr, env } = session.io;
  if (!stderr.isTTY || session.quiet || env.TERM === 'dumb') return { show: () => undefined, clear: () => undefined };
  let shown = false;
  return {
    show(text) {
      shown = true;
      const line = printable(text).slice(0, (stderr.columns ?? 80) - 1);
      stderr.write(`${restart}${session.paintError.dim(line)}`);
    },
    clear() {
      if (shown) stderr.write(restart);
      shown = false;
    },
  };
}
