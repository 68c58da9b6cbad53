import { pathPattern } from './path-pattern.ts';
import { attributeAt, childOf, type Tree } from './tree.ts';
import { bytesOf } from './value.ts';

/** Something that is there though it was not asked for. */
export interface Addition {
  /** `devices.disk.driver.@type` */
  readonly path: string;
  /** The element in which it is, as it was asked for. */
  readonly around: Tree;
  /** The element that was added; undefined when it is an attribute. */
  readonly element: Tree | undefined;
  /** The attribute's value or the element's text. */
  readonly value: string;
  /** The whole domain as it was asked for. */
  readonly domain: Tree;
}

/** libvirt allocates or derives these; nobody need ask for them. */
const always = pathPattern(`
  @id uuid genid.# metadata.** @xmlns** emulator devices.emulator
  devices.*.address devices.*.address.** devices.*.alias devices.*.alias.** devices.*.*.address
  devices.controller devices.controller.@index devices.controller.@model devices.controller.model
  devices.controller.model.** devices.controller.target devices.controller.target.** devices.controller.master
  devices.controller.driver devices.controller.@ports devices.controller.@vectors
  devices.disk.source.@index devices.disk.backingStore devices.disk.backingStore.** devices.disk.source.host.@port
  devices.disk.mirror devices.disk.mirror.** devices.disk.@snapshot devices.disk.driver.@name devices.disk.wwn devices.disk.source.privateData
  devices.interface.mac devices.interface.mac.** devices.interface.source.@portid devices.interface.source.@bridge
  devices.interface.target.@managed
  devices.video.model.@* devices.video.model.acceleration devices.video.driver
  devices.serial.target devices.serial.target.** devices.console.target devices.console.target.**
  devices.parallel.target devices.parallel.target.** devices.channel.target.@state devices.channel.source
  devices.*.@tty devices.*.source.@tls devices.console.source devices.serial.source devices.console.source.**
  devices.serial.source.** devices.channel.source.**
  devices.graphics.@port devices.graphics.@tlsPort devices.graphics.@websocket devices.graphics.@autoport
  devices.graphics.@listen devices.graphics.@socket devices.graphics.@keymap devices.graphics.listen
  devices.graphics.listen.** devices.graphics.channel devices.graphics.gl devices.graphics.image
  devices.input.@bus devices.hostdev.@managed devices.hostdev.driver devices.hostdev.@model
  devices.panic.@model devices.vsock.@model devices.vsock.cid devices.vsock.cid.** devices.tpm.@model
  devices.tpm.backend.@version
  devices.shmem.model devices.shmem.size devices.shmem.msi devices.shmem.msi.** devices.watchdog.@action
  devices.redirdev.@bus devices.sound.codec devices.sound.audio devices.memballoon.stats devices.rng.backend.@model
  cpu.@check cpu.@migratable cpu.@match cpu.model.@fallback cpu.topology.@dies cpu.feature.@policy
  cpu.numa.cell.@id cpu.numa.cell.@unit cpu.numa.cell.distances cpu.numa.cell.distances.sibling
  os.type.@arch os.type.@machine os.loader.@* os.nvram.@* os.firmware.feature os.bootmenu.@timeout
  features.gic features.gic.@version features.hyperv.@mode features.*.@state features.hyperv.*.@state
  vcpu.@placement iothreadids iothreadids.iothread iothreads
  seclabel.@* seclabel.label seclabel.imagelabel seclabel.baselabel resource resource.** numatune.memory.@placement
  numatune.memory.@mode devices.lease.target.@offset clock.timer.@tickpolicy
`);

/** libvirt adds one when there is none. */
const whenThereIsNone = pathPattern(`
  devices.audio devices.memballoon devices.video devices.panic cpu.model devices.interface.model clock vcpu
  seclabel memory cpu os.loader os.nvram os.firmware devices.serial devices.memory.target
`);

/** What it means to leave these out. */
const defaults = new Map([
  ['on_poweroff', 'destroy'],
  ['on_reboot', 'restart'],
  ['on_crash', 'destroy'],
  ['devices.disk.@device', 'disk'],
  ['devices.disk.@type', 'file'],
  ['devices.disk.driver.@type', 'raw'],
  ['devices.disk.@snapshot', 'external'],
  ['devices.filesystem.@type', 'mount'],
  ['devices.filesystem.@accessmode', 'passthrough'],
  ['clock.@offset', 'utc'],
  ['clock.@basis', 'utc'],
  ['cpu.@mode', 'custom'],
  ['devices.disk.encryption.@engine', 'qemu'],
  ['devices.disk.source.encryption.@engine', 'qemu'],
  ['devices.graphics.@autoport', 'no'],
]);

/** Whether to say this is to say nothing. */
export const isDefault = (path: string, value: string): boolean => defaults.get(path) === value;

/** Elements that say nothing unless there is something in them. */
export const isWrapper = pathPattern(
  'devices devices.disk.driver features numatune cputune iothreadids cpu cpu.numa memtune blkiotune os.bios',
);

/** Whether libvirt puts this in by itself, so that it is no difference from what was asked for. */
export function isFilledIn(addition: Addition): boolean {
  const { path, around, element, value } = addition;
  if (always(path)) return true;
  const expected = defaults.get(path);
  if (expected !== undefined) return value === expected;
  if (element === undefined) return false;
  if (whenThereIsNone(path) && !around.children.has(element.name)) return isUsual(addition, element);
  return isDependent(addition, element);
}

/** What libvirt adds by itself is of the usual kind; another kind is somebody's wish. */
function isUsual({ path, domain }: Addition, element: Tree): boolean {
  switch (path) {
    case 'clock':
      return element.attributes.get('offset') === 'utc' && element.children.size === 0;
    case 'vcpu':
      return element.text === '1';
    case 'devices.serial':
      return (childOf(domain, 'devices')?.children.get('console')?.length ?? 0) > 0;
    default:
      return true;
  }
}

/** What libvirt adds because of something else. */
function isDependent({ path, around, domain }: Addition, element: Tree): boolean {
  switch (path) {
    case 'currentMemory':
      return sameAmount(element, childOf(domain, 'memory') ?? element);
    case 'cpu.feature':
      return around.attributes.get('mode') === 'host-model';
    case 'numatune.memory':
      return element.attributes.get('placement') === 'auto';
    case 'os.boot':
      return element.attributes.get('dev') === 'hd' && !around.children.has('boot');
    case 'devices.input':
      return ['mouse', 'keyboard'].includes(element.attributes.get('type') ?? '');
    case 'devices.console':
      return !around.children.has('console') || (attributeAt(element, 'target@type') ?? 'serial') === 'serial';
    case 'devices.interface.target':
      return /^(?:vnet|macvtap|macvlan|tap|vif)[0-9]+$/.test(element.attributes.get('dev') ?? 'vnet0');
    default:
      return false;
  }
}

function sameAmount(one: Tree, other: Tree): boolean {
  const [a, b] = [one, other].map(({ text, attributes }) => bytesOf(text, attributes.get('unit'), 'KiB'));
  return a === b;
}
