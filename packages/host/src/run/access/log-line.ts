/** An entry of the host's log, one line whatever is in it: who reads the log in a terminal sees only characters. */
export const logLine = (entry: object): string =>
  `${JSON.stringify(entry).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (found) =>
    Array.from({ length: found.length }, (_, at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`).join(
      '',
    ),
  )}\n`;
