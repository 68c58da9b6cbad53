import type { RenderedText } from '@kvm/netplan';
import type { DesiredServices } from '../desired/desired.ts';

/**
 * The services' files below the folder of the machine that they are for. Their secrets are not in them, so that everyone
 * may read them here.
 */
export function sharedTree({ machines }: DesiredServices, guests: readonly string[]): RenderedText[] {
  const isGuest = new Set(guests);
  return machines.flatMap(({ machine, files }) => {
    const folder = `/etc/kvm/${isGuest.has(machine) ? 'guests' : 'machines'}/${machine}`;
    return files.map(({ path, mode, content }) => ({
      path: `${folder}${path}`,
      mode: (mode & 0o100) === 0 ? 0o644 : 0o755,
      content,
    }));
  });
}
