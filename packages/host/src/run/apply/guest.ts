import { setTimeout as sleep } from 'node:timers/promises';
import type { RunProgram } from '@kvm/command';
import type { Domain } from '@kvm/libvirt';
import { HostError } from '../../errors.ts';
import type { GuestProbe } from '../../plan/step.ts';

/** How long a guest's balloon may take, in seconds. */
const balloonSeconds = 30;
/** How long a guest may take until its network answers, in seconds. */
const answerSeconds = 180;

/**
 * Gives a running guest memory or takes it, and waits until its balloon has done so.
 *
 * @throws HostError `memory-not-taken`
 */
export async function setGuestMemory(domain: Domain, kib: number): Promise<void> {
  await domain.setMemory(kib, { live: true });
  for (const end = Date.now() + balloonSeconds * 1000; ; await sleep(200)) {
    const has = Number(/<currentMemory unit='KiB'>(\d+)</.exec(await domain.xml())?.[1]);
    if (has === kib) return;
    if (Date.now() > end) {
      throw new HostError(
        'memory-not-taken',
        `${domain.name} was to have ${kib} KiB and still has ${has} KiB after ${balloonSeconds} s. Only a kernel with virtio_balloon and ` +
          'memory to spare gives some back. Once it was shut down and started, it has what the inventory says.',
      );
    }
  }
}

/** Asks on the guest's own link who has its address (ARP): no firewall is in the way, and nothing but ip(8) is needed. */
const probeScript = `
until=$(($(date +%s) + $4))
while [ "$(date +%s)" -lt "$until" ]; do
  if ip neigh replace "$1" lladdr "$2" dev "$3" nud probe 2>/dev/null; then
    sleep 1
    case $(ip neigh show "$1" dev "$3") in *REACHABLE*) exit 0 ;; esac
  else sleep 1
  fi
done
exit 1
`;

/**
 * Waits until a guest's network answers.
 *
 * @throws HostError `guest-silent`
 */
export async function awaitGuest(run: RunProgram, name: string, { address, mac, tap }: GuestProbe): Promise<void> {
  const { exitCode } = await run(['sh', '-c', probeScript, 'probe', address, mac, tap, String(answerSeconds)]);
  if (exitCode === 0) return;
  throw new HostError(
    'guest-silent',
    `${name} was started, and nothing answers at ${address} on ${tap} after ${answerSeconds} s. \`kvmctl console ${name}\` shows what it does.`,
  );
}
