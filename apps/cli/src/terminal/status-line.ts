import type { Session } from '../session.ts';

/** One line at the end of a terminal's standard error that changes while something long is under way; elsewhere nothing. */
export interface StatusLine {
  show(text: string): void;
  clear(): void;
}

export function statusLine(session: Session): StatusLine {
  const { err } = session;
  if (!err.isTerminal || session.quiet || session.io.env.TERM === 'dumb')
    return { show: () => undefined, clear: () => undefined };
  let shown = false;
  return {
    show(text) {
      shown = true;
      err.overwrite(session.paintError.dim(text.slice(0, (err.width ?? 80) - 1)));
    },
    clear() {
      if (shown) err.overwrite('');
      shown = false;
    },
  };
}
