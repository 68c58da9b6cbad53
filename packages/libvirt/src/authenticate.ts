import type { RpcClient } from './client.ts';
import { LibvirtError } from './error.ts';
import { authList, authPolkit } from './procedures/connection.ts';
import { authSaslInit, authSaslStart, authSaslStep } from './procedures/sasl.ts';
import { type Credentials, type Mechanism, mechanisms } from './sasl.ts';

/** `enum remote_auth_type` of remote_protocol.x. */
const authType = { none: 0, sasl: 1, polkit: 2 } as const;

export interface AuthenticateOptions {
  readonly credentials: Credentials | undefined;
  /**
   * Whether libvirtd's certificate was verified; `unverified` where there is none, on a unix socket or over ssh; `unchecked`
   * where it was there and nobody looked.
   */
  readonly peer: 'verified' | 'unverified' | 'unchecked';
  /** Ends the attempt. */
  readonly opening: AbortSignal;
}

/**
 * Does what libvirtd asks for before it takes other calls: nothing, SASL, or polkit, which asks the machine's own rules
 * about this process. (Root is never asked for polkit.)
 *
 * @throws LibvirtError AUTH_UNSUPPORTED, AUTH_FAILED, or libvirt's own error when it says no
 */
export async function authenticate(client: RpcClient, options: AuthenticateOptions): Promise<void> {
  const signal = options.opening;
  const types = await client.call(authList, undefined, { signal });
  if (types.includes(authType.none)) return;
  if (types.includes(authType.polkit)) await client.call(authPolkit, undefined, { signal });
  else if (types.includes(authType.sasl)) await authenticateBySasl(client, options);
  else
    throw unsupported(
      `authentication of type ${types}`,
      'set auth_unix_rw to "none" or "polkit" in /etc/libvirt/libvirtd.conf',
    );
}

/** More than any mechanism of this client needs. */
const mostSteps = 10;

async function authenticateBySasl(
  client: RpcClient,
  { credentials, peer, opening: signal }: AuthenticateOptions,
): Promise<void> {
  if (!credentials) {
    throw new LibvirtError({
      code: 'AUTH_FAILED',
      message: 'libvirtd asks for a user and a password (SASL): connect with credentials',
      call: authList.name,
    });
  }
  const offered = (await client.call(authSaslInit, undefined, { signal })).split(/[ ,]+/);
  const mechanism = chooseMechanism(offered, credentials, peer);
  const exchange = mechanisms[mechanism](credentials);
  const options = { subject: credentials.user, signal };
  let answer = await client.call(authSaslStart, { mechanism, data: exchange.first }, options);
  // A server that is satisfied may still have to prove itself, by what it sent with that news.
  for (let step = 0; !answer.complete || !exchange.proved; step++) {
    if (step === mostSteps) throw unsupported('ever more steps of SASL', 'look at its log');
    const data = exchange.answer(answer.data?.toString() ?? '');
    if (answer.complete) break;
    answer = await client.call(authSaslStep, data, options);
  }
}

/**
 * The mechanism that is used of those that libvirtd offers. What is asked for is used or nothing; PLAIN shows the password to
 * whoever is on the other side, so that libvirtd, or somebody in its place, must not be able to have it by offering nothing else.
 */
export function chooseMechanism(
  offered: readonly string[],
  { mechanism: asked }: Credentials,
  peer: 'verified' | 'unverified' | 'unchecked',
): Mechanism {
  const wanted: readonly Mechanism[] = asked === undefined ? ['SCRAM-SHA-256', 'PLAIN'] : [asked];
  const chosen = wanted.find((name) => offered.includes(name));
  const mayShow = peer === 'verified' || (asked === 'PLAIN' && peer === 'unverified');
  if (chosen !== undefined && (chosen !== 'PLAIN' || mayShow)) return chosen;
  const advice = 'add scram-sha-256 to mech_list in /etc/sasl2/libvirt.conf';
  if (chosen === undefined) throw unsupported(`SASL by ${offered.join(' or ')}`, advice);
  throw new LibvirtError({
    code: 'AUTH_UNSUPPORTED',
    message: `libvirtd wants the password as it is (SASL PLAIN), which is shown to none whose certificate was not verified: ${advice}`,
    call: authList.name,
  });
}

function unsupported(what: string, advice: string): LibvirtError {
  return new LibvirtError({
    code: 'AUTH_UNSUPPORTED',
    message: `libvirtd asks for ${what}, which this client cannot do: ${advice}`,
    call: authList.name,
  });
}
