import type { RpcClient } from './client.ts';
import { LibvirtError } from './error.ts';
import { authList, authPolkit } from './procedures/connection.ts';

/** `enum remote_auth_type` of remote_protocol.x. */
const authType = { none: 0, sasl: 1, polkit: 2 } as const;

/**
 * Does what libvirtd asks for before it takes other calls: nothing, or polkit, which asks the machine's own rules about
 * this process. (Root is never asked for polkit.)
 *
 * @throws LibvirtError AUTH_UNSUPPORTED for SASL, or libvirt's own error when polkit says no
 */
export async function authenticate(client: RpcClient): Promise<void> {
  const types = await client.call(authList, undefined);
  if (types.includes(authType.none)) return;
  if (types.includes(authType.polkit)) {
    await client.call(authPolkit, undefined);
    return;
  }
  throw new LibvirtError({
    code: 'AUTH_UNSUPPORTED',
    message: `libvirtd asks for ${types.includes(authType.sasl) ? 'SASL' : `authentication of type ${types}`}, which this client cannot do: set auth_unix_rw to "none" or "polkit" in /etc/libvirt/libvirtd.conf`,
    call: authList.name,
  });
}
