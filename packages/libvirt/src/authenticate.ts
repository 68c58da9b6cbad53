import type { RpcClient } from './client.ts';
import { LibvirtError } from './error.ts';
import { authList, authPolkit } from './procedures/connection.ts';
import { authSaslInit, authSaslStart, authSaslStep } from './procedures/sasl.ts';
import { type Credentials, mechanisms } from './sasl.ts';

/** `enum remote_auth_type` of remote_protocol.x. */
const authType = { none: 0, sasl: 1, polkit: 2 } as const;

/**
 * Does what libvirtd asks for before it takes other calls: nothing, SASL, or polkit, which asks the machine's own rules
 * about this process. (Root is never asked for polkit.)
 *
 * @throws LibvirtError AUTH_UNSUPPORTED, AUTH_FAILED, or libvirt's own error when it says no
 */
export async function authenticate(client: RpcClient, credentials: Credentials | undefined): Promise<void> {
  const types = await client.call(authList, undefined);
  if (types.includes(authType.none)) return;
  if (types.includes(authType.polkit)) await client.call(authPolkit, undefined);
  else if (types.includes(authType.sasl)) await authenticateBySasl(client, credentials);
  else
    throw unsupported(
      `authentication of type ${types}`,
      'set auth_unix_rw to "none" or "polkit" in /etc/libvirt/libvirtd.conf',
    );
}

async function authenticateBySasl(client: RpcClient, credentials: Credentials | undefined): Promise<void> {
  if (!credentials) {
    throw new LibvirtError({
      code: 'AUTH_FAILED',
      message: 'libvirtd asks for a user and a password (SASL): connect with credentials',
      call: authList.name,
    });
  }
  const offered = (await client.call(authSaslInit, undefined)).split(/[ ,]+/);
  const [mechanism, begin] = [...mechanisms].find(([name]) => offered.includes(name)) ?? [];
  if (mechanism === undefined || begin === undefined) {
    throw unsupported(`SASL by ${offered.join(' or ')}`, 'add scram-sha-256 to mech_list in /etc/sasl2/libvirt.conf');
  }
  const exchange = begin(credentials);
  const subject = credentials.user;
  let answer = await client.call(authSaslStart, { mechanism, data: exchange.first }, { subject });
  // A server that is satisfied may still have to prove itself, by what it sent with that news.
  while (!answer.complete || !exchange.proved) {
    const data = exchange.answer(answer.data?.toString() ?? '');
    if (answer.complete) break;
    answer = await client.call(authSaslStep, data, { subject });
  }
}

function unsupported(what: string, advice: string): LibvirtError {
  return new LibvirtError({
    code: 'AUTH_UNSUPPORTED',
    message: `libvirtd asks for ${what}, which this client cannot do: ${advice}`,
    call: authList.name,
  });
}
