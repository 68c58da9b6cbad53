import { LibvirtError } from './error.ts';

/** How a libvirtd is reached. */
type TransportName = 'unix' | 'ssh' | 'tls';

/** A connection URI, taken apart: https://libvirt.org/uri.html. */
export interface ConnectionUri {
  readonly transport: TransportName;
  readonly user: string | undefined;
  readonly host: string | undefined;
  readonly port: number | undefined;
  /** What libvirtd is told to open: the URI without what is this side's business. */
  readonly driverUri: string;
  /** `qemu` */
  readonly driver: string;
  /** Of the user's own libvirtd, not the system's. */
  readonly session: boolean;
  readonly parameters: ReadonlyMap<string, string>;
}

const transports: readonly string[] = ['unix', 'ssh', 'tls'] satisfies TransportName[];

/** Which parameters each transport takes. No driver behind a libvirtd takes any, so that another one is a mistake. */
const transportParameters: { readonly [Name in TransportName]: readonly string[] } = {
  unix: ['socket', 'mode'],
  ssh: ['socket', 'mode', 'command', 'keyfile', 'netcat', 'no_tty', 'no_verify', 'proxy'],
  tls: ['pkipath', 'no_verify'],
};

/** Parameters of libvirt's that would do something else than a reader of the URI expects, were they passed by. */
const unsupported: ReadonlyMap<string, string> = new Map([
  [
    'tls_priority',
    ', a text in the language of GnuTLS: leave it out, TLS 1.2 or newer is used with the ciphers of Node',
  ],
  ['sshauth', ''],
  ['known_hosts', ''],
  ['known_hosts_verify', ''],
  ['authfile', ''],
]);

const form =
  /^(?<driver>[a-z][a-z\d]*)(?:\+(?<transport>[a-z\d]+))?:\/\/(?:(?<user>[^@/?#]*)@)?(?<host>\[[^\]/?#]*\]|[^:/?#[\]]*)(?::(?<port>\d+))?(?<path>\/[^?#]*)?(?:\?(?<query>[^#]*))?$/i;

/**
 * ```text
 * parseConnectionUri('qemu+ssh://root@host2/system?keyfile=/root/key')
 *   { transport: 'ssh', user: 'root', host: 'host2', driver: 'qemu', driverUri: 'qemu:///system', ... }
 * ```
 *
 * @throws LibvirtError INVALID_ARGUMENT
 */
export function parseConnectionUri(uri: string): ConnectionUri {
  const groups = form.exec(uri)?.groups;
  if (!groups) throw invalid(uri, 'it has not the form driver[+transport]://[user@][host][:port]/path[?parameters]');
  const host = groups.host ? decode(uri, groups.host.replace(/^\[|\]$/g, '')) : undefined;
  const transport = transportOf(uri, groups.transport?.toLowerCase(), host);
  const parameters = parseQuery(uri, groups.query ?? '');
  const refused = [...unsupported.keys()].find((name) => parameters.has(name));
  if (refused !== undefined)
    throw invalid(uri, `its parameter ${refused} is not supported${unsupported.get(refused) ?? ''}`);
  const port = groups.port === undefined ? undefined : Number(groups.port);
  if (port !== undefined && (port < 1 || port > 65_535)) throw invalid(uri, 'its port is not between 1 and 65535');

  const driver = (groups.driver ?? '').toLowerCase();
  const path = groups.path ?? '/';
  const known = [...transportParameters[transport], 'name'];
  const unknown = [...parameters.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const why = `over ${transport} there is no parameter ${JSON.stringify(unknown)}, only ${known.join(', ')}`;
    throw invalid(uri, why);
  }
  return {
    transport,
    user: groups.user ? decode(uri, groups.user) : undefined,
    host,
    port,
    driver,
    driverUri: parameters.get('name') ?? `${driver}://${path}`,
    session: path === '/session',
    parameters,
  };
}

/** Whether a URI is of a libvirtd of this machine (https://libvirt.org/uri.html); also of one that cannot be taken apart. */
export const isLocalUri = (uri: string): boolean => !/^[^:]+:\/\/[^/?]/.test(uri);

function transportOf(uri: string, name: string | undefined, host: string | undefined): TransportName {
  const transport = name ?? (host === undefined ? 'unix' : 'tls');
  if (!isTransport(transport)) throw invalid(uri, `its transport ${transport} is none of ${transports.join(', ')}`);
  if (transport === 'unix' && host !== undefined)
    throw invalid(uri, 'a unix socket is on this machine: leave the host out');
  if (transport !== 'unix' && host === undefined) throw invalid(uri, `its transport ${transport} needs a host`);
  return transport;
}

const isTransport = (name: string): name is TransportName => transports.includes(name);

function parseQuery(uri: string, query: string): Map<string, string> {
  const pairs = query.split(/[&;]/).filter(Boolean);
  return new Map(
    pairs.map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [decode(uri, name), decode(uri, value.join('='))];
    }),
  );
}

function decode(uri: string, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new LibvirtError({ ...invalidDetails(uri, `${text} is not percent-encoded UTF-8`), cause });
  }
}

const invalidDetails = (uri: string, why: string) =>
  ({ code: 'INVALID_ARGUMENT', message: `${JSON.stringify(uri.slice(0, 200))} is no connection URI: ${why}` }) as const;
const invalid = (uri: string, why: string): LibvirtError => new LibvirtError(invalidDetails(uri, why));
