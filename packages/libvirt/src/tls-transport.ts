import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { ConnectionUri } from './connection-uri.ts';
import { LibvirtError } from './error.ts';

/** LIBVIRTD_TLS_PORT. */
const defaultPort = 16_514;

/** Where libvirt looks for certificates without `pkipath` (docs/kbase/tlscerts.rst). */
const defaultFiles = {
  ca: '/etc/pki/CA/cacert.pem',
  cert: '/etc/pki/libvirt/clientcert.pem',
  key: '/etc/pki/libvirt/private/clientkey.pem',
};

/**
 * Reaches a libvirtd over TLS, with this side's certificate where there is one, and waits until libvirtd has accepted it.
 *
 * @throws LibvirtError TLS_REFUSED, CONNECT_FAILED
 */
export async function openTlsTransport({
  host = '',
  port = defaultPort,
  parameters,
}: ConnectionUri): Promise<TLSSocket> {
  const folder = parameters.get('pkipath');
  const files =
    folder === undefined
      ? defaultFiles
      : { ca: join(folder, 'cacert.pem'), cert: join(folder, 'clientcert.pem'), key: join(folder, 'clientkey.pem') };
  const verify = parameters.get('no_verify') !== '1';
  const [ca, cert, key] = await Promise.all([read(files.ca), read(files.cert), read(files.key)]);
  if (verify && ca === undefined)
    throw refused(
      `there is no certificate authority ${files.ca} to check ${host} by: put one there, or name its folder with pkipath=`,
    );
  const socket = connectTls({
    host,
    port,
    ...(isIP(host) === 0 && { servername: host }),
    ...(ca && { ca }),
    ...(cert && key && { cert, key }),
    rejectUnauthorized: verify,
  });
  try {
    await once(socket, 'secureConnect');
    await accepted(socket);
    return socket;
  } catch (error) {
    socket.destroy();
    throw error instanceof LibvirtError ? error : connectError(error, `${host}:${port}`);
  }
}

/** libvirtd says one byte, 1, when it finds this side's certificate good; else it hangs up. */
async function accepted(socket: TLSSocket): Promise<void> {
  await Promise.race([once(socket, 'readable'), once(socket, 'close')]);
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
