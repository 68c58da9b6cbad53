/** Where to serve, as `net.Server.listen` takes it. */
export interface ListenAddress {
  /** Absent for all addresses of this machine. */
  readonly host?: string;
  readonly port: number;
}

/**
 * ```text
 * 9177              { host: '127.0.0.1', port: 9177 }
 * :9177             { port: 9177 }
 * 192.168.100.1:0   a port that is free
 * [fd00:100::1]:9177
 * ```
 *
 * @returns undefined for what is no such address
 */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const {
    six,
    name,
    port: digits,
  } = /^(?:(?:\[(?<six>[\da-f:.]+)\]|(?<name>[^:[\]\s/]*)):)?(?<port>\d{1,5})$/i.exec(text)?.groups ?? {};
  const port = Number(digits);
  if (digits === undefined || port > 65_535) return undefined;
  if (!text.includes(':')) return { host: '127.0.0.1', port };
  const host = six ?? name;
  return host ? { host, port } : { port };
}
