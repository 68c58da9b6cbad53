import { isDefault } from './filled-in.ts';
import { pathPattern } from './path-pattern.ts';
import type { Tree } from './tree.ts';

/** What only a running domain has: asking for it means nothing. */
const liveOnly = pathPattern(`
  @id devices.disk.mirror devices.disk.mirror.** devices.disk.**.@index devices.interface.source.@portid
  devices.channel.target.@state devices.*.alias devices.*.@tty seclabel.imagelabel
  devices.video.model.@primary
`);

/** `virsh memtune` shows it where there is no limit. */
const unlimited = 9_007_199_254_740_991n;

/** Whether an attribute that was asked for may be missing, because that says the same. */
export function isAttributeLeftOut(path: string, value: string, around: Tree): boolean {
  if (liveOnly(path) || isDefault(path, value)) return true;
  switch (path) {
    case 'devices.disk.@snapshot':
      return value === 'no' && (around.children.has('readonly') || around.attributes.get('device') === 'cdrom');
    case 'os.bootmenu.@timeout':
      return around.attributes.get('enable') === 'no';
    case 'devices.graphics.@autoport':
      return hasNoPort(around);
    case 'devices.graphics.@port':
    case 'devices.graphics.@tlsPort':
      return value === '-1' || hasNoPort(around);
    case 'devices.graphics.@socket':
      return /\/domain-[0-9]+-/.test(value);
    default:
      return path.startsWith('devices.redirfilter.usbdev.@') && value === '-1';
  }
}

/** Whether an element that was asked for may be missing, because it says nothing; `live` when the domain runs. */
export function isElementLeftOut(path: string, element: Tree, live: boolean): boolean {
  if (liveOnly(path)) return true;
  switch (path) {
    case 'cpu.feature':
      // QEMU does not know it: src/cpu/cpu_x86.c, virCPUx86UpdateLive.
      return live && element.attributes.get('policy') === 'optional';
    case 'devices.channel.source':
    case 'devices.console.source':
    case 'devices.serial.source':
      return isGeneratedPath(element.attributes.get('path'));
    case 'devices.disk.source.seclabel':
      return element.attributes.get('labelskip') === 'yes';
    case 'devices.interface.coalesce':
      return isAllZero(element);
    case 'cpu.model':
      return element.text === '';
    default:
      if (isProtocol(path)) return element.attributes.get('type') === 'raw';
      return path.startsWith('memtune.') && /^[0-9]{16,24}$/.test(element.text) && BigInt(element.text) >= unlimited;
  }
}

/** A screen on a socket, or on nothing: src/conf/domain_conf.c, virDomainGraphicsDefFormat. */
const hasNoPort = ({ attributes, children }: Tree): boolean =>
  attributes.has('socket') || ['socket', 'none'].includes(children.get('listen')?.[0]?.attributes.get('type') ?? '');

/** How a character device over TCP speaks: raw is the default, and no other kind of device keeps it. */
const isProtocol = pathPattern('devices.*.protocol devices.*.backend.protocol');

/** A pty's number is the host's to choose, and a socket in libvirt's own folder libvirt's. */
export const isGeneratedPath = (path: string | undefined): boolean =>
  path === undefined || /^\/dev\/pts\/|\/channel\/(?:target\/)?(?:domain-|[0-9]+-|[^/]+\.org\.)/.test(path);

const isAllZero = ({ attributes, children }: Tree): boolean =>
  [...attributes.values()].every((value) => value === '0') &&
  [...children.values()].every((items) => items.every(isAllZero));
