import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { ConnectionUri } from './connection-uri.ts';
import { LibvirtError } from './error.ts';
import { revocationLists, tlsFiles } from './tls-files.ts';

/** LIBVIRTD_TLS_PORT. */
const defaultPort = 16_514;

/**
 * Reaches a libvirtd over TLS, with this side's certificate where there is one, and waits until libvirtd has accepted it.
 *
 * @param opening ends the attempt
 * @throws LibvirtError TLS_REFUSED, CONNECT_FAILED, PERMISSION_DENIED; what `opening` was aborted with
 */
export async function openTlsTransport(
  { host = '', port = defaultPort, parameters }: ConnectionUri,
  opening: AbortSignal,
): Promise<TLSSocket> {
  const files = tlsFiles(parameters.get('pkipath'));
  const verify = isVerified(parameters);
  const [ca, cert, key, crl] = await Promise.all([files.ca, files.cert, files.key, files.crl].map(read));
  if (verify && ca === undefined)
    throw refused(
      `there is no certificate authority ${files.ca} to check ${host} by: put one there, or name its folder with pkipath=`,
    );
  const revoked = crl && revocationLists(crl.toString());
  if (verify && revoked?.length === 0)
    throw refused(`${files.crl} holds no list of revoked certificates: write one there in PEM, or remove it`);
  opening.throwIfAborted();
  const socket = connectTls({
    host,
    port,
    ...(isIP(host) === 0 && { servername: host }),
    ...(ca && { ca }),
    ...(revoked && { crl: revoked }),
    ...(cert && key && { cert, key }),
    rejectUnauthorized: verify,
  });
  try {
    await once(socket, 'secureConnect', { signal: opening });
    await accepted(socket, opening);
    return socket;
  } catch (error) {
    socket.destroy();
    opening.throwIfAborted();
    throw error instanceof LibvirtError ? error : connectError(error, `${host}:${port}`);
  }
}

/** Whether libvirtd's certificate is looked at. */
export const isVerified = (parameters: ConnectionUri['parameters']): boolean => parameters.get('no_verify') !== '1';

/** libvirtd says one byte, 1, when it finds this side's certificate good; else it hangs up. */
async function accepted(socket: TLSSocket, opening: AbortSignal): Promise<void> {
  await Promise.race([once(socket, 'readable', { signal: opening }), once(socket, 'close', { signal: opening })]);
  const answer: Buffer | null = socket.read(1);
  if (answer?.[0] !== 1)
    throw refused(
      "libvirtd refused this client's certificate: it must be signed by libvirtd's authority, and its name allowed by tls_allowed_dn_list",
    );
}

const read = (path: string): Promise<Buffer | undefined> =>
  readFile(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw new LibvirtError({ code: 'PERMISSION_DENIED', message: `${path} cannot be read: ${cause.message}`, cause });
  });

/** Errors of TLS have codes of OpenSSL's, those of the network the system's. */
function connectError(cause: unknown, where: string): LibvirtError {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  if (/^(ECONN|EHOST|ENET|ETIMEDOUT|ENOTFOUND|EAI_)/.test(code) && code !== 'ECONNRESET') {
    return new LibvirtError({
      code: 'CONNECT_FAILED',
      message: `nothing answers at ${where} (${message}): start libvirtd with listen_tls, or libvirtd-tls.socket`,
      cause,
    });
  }
  return refused(`the TLS handshake with ${where} failed: ${message}`, cause);
}

const refused = (message: string, cause?: unknown): LibvirtError =>
  new LibvirtError({ code: 'TLS_REFUSED', message, ...(cause !== undefined && { cause }) });
