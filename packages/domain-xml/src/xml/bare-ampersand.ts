const openings = /<!--|<!\[CDATA\[|<\?|&/g;
const closings: ReadonlyMap<string, string> = new Map([
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
]);
/** XML 1.0, productions 66 and 68, with names as documents of libvirt's have them. */
const reference = /&(?:#\d+|#x[\da-f]+|[\p{L}_:][\p{L}\p{N}_:.-]*);/iuy;

/**
 * Where an `&` stands that begins no reference: a parser takes all that follows for its name, and complains only at the next
 * semicolon, or at the end.
 */
export function bareAmpersand(xml: string): number | undefined {
  openings.lastIndex = 0;
  for (let found = openings.exec(xml); found !== null; found = openings.exec(xml)) {
    const closing = closings.get(found[0]);
    if (closing === undefined) {
      reference.lastIndex = found.index;
      if (!reference.test(xml)) return found.index;
      openings.lastIndex = reference.lastIndex;
    } else {
      const end = xml.indexOf(closing, openings.lastIndex);
      if (end === -1) return undefined;
      openings.lastIndex = end + closing.length;
    }
  }
  return undefined;
}
