const csi = (...codes: string[]): string => codes.map((code) => `\x1b[${code}`).join('');
const off = (...numbers: number[]): string => csi(...numbers.map((number) => `?${number}l`));
const osc = (code: string): string => `\x1b]${code}\x1b\\`;

/** Keeps the window's title until {@link resetTerminal} brings it back (XTWINOPS, of xterm). */
export const keepTitle = csi('22;0t');

/** Ends what was begun and not ended: a sequence or a string such as a title, printing, the ways of a VT52, a link. */
const endSequences = `\x18\x1b\\${csi('4i')}\x1b<${osc('8;;')}`;

/** Reports of the mouse in all their ways, of focus, of pasting, of sizes and colours: the shell would take them for keys. */
const noReports = off(9, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1015, 1016, 2004, 2031, 2048, 9001);

/** Cursor keys, keypad and others as shells expect them; the keyboard not locked, nothing echoed by the terminal. */
const plainKeys = `${off(1, 66, 67)}\x1b>${csi('>4m', '=0u', '<9u', '2l', '12h')}`;

/** Some of these send the cursor home: it is kept and brought back. */
const wholeScreen = `\x1b7${off(6, 69)}${csi('r', '?5W')}${plainKeys}\x1b8${csi('4l', '20l')}${off(5, 2026)}`;

/** Letters are letters, without colours; the cursor is seen, and lines wrap. */
const plainText = `${csi('!p', '0m', '?25h', '?7h', '0 q')}\x0f\x1b(B\x1b)B\x1b*B\x1b+B`;

/** The palette and the colours of text, ground and cursor; the kernel's own console has a sequence of its own. */
const colours = (term: string): string =>
  term === 'linux' ? '\x1b]R' : ['104', '110', '111', '112'].map(osc).join('');

/**
 * What makes a terminal usable again after a guest's bytes, sent on purpose or by a program that was left in the middle. What
 * is on the screen stays as it is; terminals pass by what they do not know
 * (ECMA-48; https://invisible-island.net/xterm/ctlseqs/ctlseqs.html).
 *
 * @param env of the terminal: `TERM`, and the locale for whether it shows UTF-8
 * @param modes in which the guest has left it: from its other screen, the cursor goes where it was before; the origin mode ends
 * only with the cursor at home, so that it goes to the last line
 */
export function resetTerminal(
  env: Readonly<Partial<Record<string, string>>>,
  { otherScreen = false, origin = false }: { readonly otherScreen?: boolean; readonly origin?: boolean } = {},
): string {
  const utf8 = /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || '') ? '\x1b%G' : '';
  // On the main screen, 1049 would move the cursor; the others do nothing there.
  const mainScreen = otherScreen ? off(1049) : off(1047, 47);
  return [
    endSequences,
    mainScreen,
    noReports,
    wholeScreen,
    plainText,
    utf8,
    colours(env.TERM ?? ''),
    csi('23;0t'),
    origin ? `${off(6)}${csi('999;1H')}\n` : '',
  ].join('');
}
