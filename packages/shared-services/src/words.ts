const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';

export const isLabel = (text: string): boolean => new RegExp(`^${label}$`).test(text);

export const isDomain = (text: string): boolean =>
  text.length <= 253 && text.split('.').every(isLabel) && !/^\d+$/.test(text.split('.').at(-1) ?? '');

const octet = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const isIpv4 = (text: string): boolean => new RegExp(`^${octet}(?:\\.${octet}){3}$`).test(text);

/** RFC 4291, 2.2, without an embedded IPv4 address or a zone. */
function isIpv6(text: string): boolean {
  if (!/^[0-9a-f:]{2,39}$/i.test(text) || text.includes(':::')) return false;
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const right = groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group));
  return right && (halves.length === 2 ? groups.length <= 7 : groups.length === 8);
}

export const isAddress = (text: string): boolean => isIpv4(text) || isIpv6(text);

/**
 * A path that every format takes as it is, without quotes: automount's maps, exports and systemd's units have signs of
 * their own for the rest.
 */
export const isPlainPath = (path: string): boolean =>
  /^(?:\/[A-Za-z0-9_][A-Za-z0-9._-]*)+$/.test(path) && path.length <= 200;

/** The base of a directory (RFC 4514), of attributes and values that need no escape. */
export const isBase = (text: string): boolean =>
  text.length <= 255 && /^(?:dc|o|ou)=[A-Za-z0-9-]+(?:,(?:dc|o|ou|c|l)=[A-Za-z0-9-]+)*$/.test(text);
