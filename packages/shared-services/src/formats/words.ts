/** Lines of a keyword and its value, as nslcd.conf(5), msmtp's, chrony.conf(5) and resolv.conf(5) have them. */
export const parseLines = (text: string): { readonly key: string; readonly value: string }[] =>
  text.split('\n').flatMap((line) => {
    const [, key, value] = /^\s*([^#\s;]\S*)\s*(.*?)\s*$/.exec(line) ?? [];
    return key === undefined ? [] : [{ key, value: value ?? '' }];
  });

/** The values of a keyword, in their order. */
export const valuesOf = (lines: readonly { readonly key: string; readonly value: string }[], key: string): string[] =>
  lines.flatMap((line) => (line.key === key ? [line.value] : []));

/** `key=value` lines, as ssmtp.conf(5) and dnsmasq(8) have them. */
export const parseAssignments = (text: string): { readonly key: string; readonly value: string }[] =>
  text.split('\n').flatMap((line) => {
    const [, key, value] = /^\s*([^#=\s]+)\s*(?:=\s*(.*?))?\s*$/.exec(line) ?? [];
    return key === undefined ? [] : [{ key, value: value ?? '' }];
  });

/** main.cf (postconf(5)): a line that begins with a blank goes on with the one before. */
export function parseMainCf(text: string): Map<string, string> {
  const joined = text.replace(/^#.*\n/gm, '').replace(/\n[ \t]+/g, ' ');
  return new Map(parseAssignmentsLoose(joined));
}

const parseAssignmentsLoose = (text: string): [string, string][] =>
  [...text.matchAll(/^(\w+)\s*=\s*(.*?)\s*$/gm)].map(([, key = '', value = '']) => [key, value]);
