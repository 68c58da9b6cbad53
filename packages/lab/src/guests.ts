import { buildDomain, type DomainDocument } from '@kvm/domain-xml';
import type { DesiredGuest } from '@kvm/host';
import type { Connection } from '@kvm/libvirt';
import type { Accelerator } from './accelerator.ts';
import { agentSocket, execInGuest } from './agent.ts';
import { LabError } from './errors.ts';
import { agentPort } from './guest-root.ts';
import { mustExecIn } from './sandbox.ts';
import type { Holder } from './state.ts';

const consoleLog = (guest: string): string => `/run/kvm-lab/${guest}.console`;

/** What the lab changes in every guest's domain, because this machine is not the real host. */
export interface LabChanges {
  readonly accelerator: Accelerator;
  /** Debian's kernel has its disk driver in an initramfs. */
  readonly initrd: string;
  readonly memoryKiB: number;
}

/** A guest's domain as the lab runs it: the inventory's, a console log and a line to the lab's agent added. */
export function labDomain({ guest, domain }: DesiredGuest, changes: LabChanges): DomainDocument {
  const [console, ...consoles] = domain.devices?.console ?? [];
  return {
    ...domain,
    '@type': changes.accelerator === 'kvm' ? 'kvm' : 'qemu',
    memory: changes.memoryKiB,
    currentMemory: changes.memoryKiB,
    os: { ...domain.os, initrd: changes.initrd, cmdline: `${domain.os.cmdline ?? ''} console=ttyS0 quiet`.trim() },
    devices: {
      ...domain.devices,
      ...(console && {
        console: [{ ...console, log: { '@file': consoleLog(guest.name), '@append': 'off' } }, ...consoles],
      }),
      channel: [
        ...(domain.devices?.channel ?? []),
        {
          '@type': 'unix',
          source: { '@mode': 'bind', '@path': agentSocket(guest.name) },
          target: { '@type': 'virtio', '@name': agentPort },
        },
      ],
    },
  };
}

/** Defines and starts a guest, unless the inventory wants it stopped. @returns whether it was started. */
export async function startGuest(connection: Connection, desired: DesiredGuest, changes: LabChanges): Promise<boolean> {
  const domain = await connection.defineDomain(await buildDomain(labDomain(desired, changes)), { validate: true });
  await domain.setAutostart(desired.guest.autostart !== false);
  if (desired.guest.state === 'stopped') return false;
  await domain.start();
  return true;
}

/** A fresh IPv6 address cannot be used for a second or two, until nobody else claims it (RFC 4862, section 5.4). */
const awaitAddresses = 'while ip addr | grep -q tentative; do sleep 0.1; done';

/** Waits until a guest answers, by all its addresses. @throws LabError `guest-silent` with the end of what its console said. */
export async function awaitGuest(host: Holder, name: string, timeoutMs: number): Promise<void> {
  try {
    await execInGuest(host, name, ['sh', '-c', awaitAddresses], timeoutMs);
  } catch (error) {
    const said = await mustExecIn(host, ['tail', '-n', '15', consoleLog(name)]).catch(() => '');
    throw new LabError('guest-silent', `${(error as Error).message}. Its console ends with:\n${said}`, {
      cause: error,
    });
  }
}
