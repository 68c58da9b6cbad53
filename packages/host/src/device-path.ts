import { parseDeviceName } from '@kvm/lvm';

/** `/dev/mapper/vg-public.root`, `/dev//vg/./public.root`, `/dev/vg/../vg/public.root` and `/dev/vg/public.root` are one volume. */
export function samePath(spelled: string): string {
  const path = shortest(spelled);
  const [, mapped] = /^\/dev\/mapper\/([^/ ]+)$/.exec(path) ?? [];
  const device = mapped === undefined ? undefined : parseDeviceName(mapped);
  return device?.volume === undefined ? path : `/dev/${device.vg}/${device.volume}`;
}

/** A path without `//`, `.` and, in /dev, `..`: elsewhere a folder may be a link, and what lies above it is not what the path says. */
function shortest(path: string): string {
  if (!path.startsWith('/')) return path;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..' && parts[0] === 'dev') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
