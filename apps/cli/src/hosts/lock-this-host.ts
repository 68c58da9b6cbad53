import type { HostLock } from '@kvm/host/run';
import type { Session } from '../session.ts';
import { workingUser } from './open-host.ts';

/**
 * The lock of this machine, which each command that changes it has: `kvmctl apply` and those of the firewall never work at the
 * same time.
 *
 * @throws HostError `locked`
 */
export async function lockThisHost(session: Session): Promise<HostLock> {
  const { accessHere, lockHost } = await import('@kvm/host/run');
  return lockHost(accessHere(), workingUser(session));
}
