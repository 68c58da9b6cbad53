import { childOf, type Tree } from '../tree.ts';
import { type Addition, devicesOf, isLive, type KnownDefault, wholeNumber } from './known-default.ts';
import { archOf, isX86, machineKind } from './machine.ts';

const graphics = 'src/conf/domain_conf.c, virDomainGraphicsListensParseXML';
const ports = 'src/qemu/qemu_process.c, qemuProcessGraphicsAllocatePorts';
const listens = 'src/qemu/qemu_process.c, qemuProcessGraphicsSetupListen; vnc_listen and spice_listen of qemu.conf';
const video = 'src/conf/domain_conf.c, virDomainDefAddImplicitVideo';
const ram = 'src/conf/domain_conf.c, virDomainVideoDefaultRAM';
const inputs = 'src/qemu/qemu_domain.c, qemuDomainDefAddImplicitInputDevice';

/** Only this machine can connect there. */
const loopback = ['127.0.0.1', '::1'];

/** Screens, what is seen and heard on them, and what is typed. */
export const screenDefaults: readonly KnownDefault[] = [
  {
    path: 'devices.graphics.@autoport',
    when: ({ value, around }) => value === (hasPort(around) ? 'no' : 'yes'),
    source: 'src/conf/domain_conf.c, virDomainGraphicsDefParseXMLVNC',
  },
  {
    path: 'devices.graphics.@port devices.graphics.@tlsPort',
    when: (addition) => !hasPort(addition.around) && isChosenPort(addition),
    source: ports,
  },
  {
    path: 'devices.graphics.@listen',
    when: (addition) => isAddressAsked(addition, addition.around),
    source: listens,
  },
  { path: 'devices.graphics.listen', source: graphics },
  {
    path: 'devices.graphics.listen.@type',
    when: ({ value, device, around, wanted }) => {
      if (value === 'none')
        return device?.attributes.get('type') === 'spice' && !hasPort(screenOf(device, wanted) ?? around);
      return value === 'address' || (value === 'socket' && device?.attributes.has('socket') === true);
    },
    source: graphics,
  },
  {
    // The screen's own attribute repeats it, and is judged itself.
    path: 'devices.graphics.listen.@address',
    when: (addition) =>
      addition.value === addition.device?.attributes.get('listen') || isAddressAsked(addition, wantedScreen(addition)),
    source: listens,
  },
  {
    path: 'devices.graphics.@socket devices.graphics.listen.@socket',
    when: (addition) => isSocketAsked(addition, wantedScreen(addition)),
    source: 'src/qemu/qemu_process.c, qemuProcessGraphicsSetupListen',
  },
  { path: 'devices.video', when: ({ around }) => !around.children.has('video'), source: video },
  { path: 'devices.video.model', source: video },
  {
    path: 'devices.video.model.@type',
    when: ({ value, wanted, present }) => defaultVideo(wanted, present).includes(value),
    source: 'src/qemu/qemu_domain.c, qemuDomainDefaultVideoDevice',
  },
  {
    path: 'devices.video.model.@vram',
    when: ({ value, there }) => value === (isQxl(there) ? '65536' : '16384'),
    source: ram,
  },
  { path: 'devices.video.model.@ram', value: ['65536'], when: ({ there }) => isQxl(there), source: ram },
  {
    path: 'devices.video.model.@vgamem',
    value: ['16384'],
    when: ({ there }) => isQxl(there),
    source: 'src/qemu/qemu_domain.c, qemuDomainDeviceVideoDefPostParse',
  },
  {
    path: 'devices.video.model.@heads',
    value: ['1'],
    source: 'src/conf/domain_conf.c, virDomainVideoDefParseXML',
  },
  {
    path: 'devices.video.model.@primary',
    value: ['yes'],
    source: 'src/conf/domain_postparse.c, virDomainDefPostParseVideo',
  },
  {
    path: 'devices.sound.@streams',
    value: ['2'],
    when: ({ device }) => device?.attributes.get('model') === 'virtio',
    since: '10.4.0',
    source: 'src/conf/domain_postparse.c, virDomainSoundDefPostParse',
  },
  {
    path: 'devices.audio',
    when: ({ around }) => !around.children.has('audio'),
    source: 'src/qemu/qemu_domain.c, qemuDomainDefSuggestDefaultAudioBackend',
  },
  { path: 'devices.audio.@id', value: ['1'], source: 'src/qemu/qemu_domain.c, qemuDomainDefCreateDefaultAudioBackend' },
  {
    path: 'devices.audio.@type',
    when: ({ value, wanted, present }) => defaultAudio(wanted, present).includes(value),
    source: 'src/qemu/qemu_domain.c, qemuDomainDefSuggestDefaultAudioBackend',
  },
  {
    path: 'devices.audio.@driver',
    value: /^[a-z]+$/,
    when: ({ there }) => there.attributes.get('type') === 'sdl',
    source: 'src/qemu/qemu_domain.c, qemuDomainDefSuggestDefaultAudioBackend: SDL_AUDIODRIVER',
  },
  { path: 'devices.input', when: isFirstOfKind, source: inputs },
  {
    path: 'devices.input',
    when: isBesideAsked,
    since: '9.1.0',
    source: 'src/qemu/qemu_postparse.c, qemuDomainDefAddImplicitInputDevice: before the others have a bus',
  },
  { path: 'devices.input.@type', value: ['mouse', 'keyboard'], source: inputs },
  {
    path: 'devices.input.@bus',
    when: ({ value, there, present }) => value === defaultBus(there, present),
    source: 'src/conf/domain_conf.c, virDomainInputDefParseXML',
  },
];

/** The screen of the same type that was asked for. */
function screenOf(device: Tree | undefined, wanted: Tree): Tree | undefined {
  const type = device?.attributes.get('type');
  return devicesOf(wanted, 'graphics').find(({ attributes }) => attributes.get('type') === type);
}

const wantedScreen = ({ device, wanted, around }: Addition): Tree =>
  around.name === 'graphics' ? around : (screenOf(device, wanted) ?? around);

const hasPort = ({ attributes }: Tree): boolean =>
  attributes.has('port') && attributes.get('port') !== '-1' && attributes.get('autoport') !== 'yes';

/** -1 stands in a definition for one that is chosen at the start. */
const isChosenPort = (addition: Addition): boolean =>
  isLive(addition) ? wholeNumber.test(addition.value) : addition.value === '-1';

/** Libvirt repeats the address that was asked for, takes a network's, or listens for this machine alone. */
function isAddressAsked(addition: Addition, screen: Tree): boolean {
  const asked = [
    screen.attributes.get('listen'),
    ...listensOf(screen).map(({ attributes }) => attributes.get('address')),
  ];
  if (asked.some((address) => address !== undefined)) return asked.includes(addition.value);
  if (listensOf(screen).some(({ attributes }) => attributes.get('type') === 'network')) return isLive(addition);
  return isLive(addition) && loopback.includes(addition.value);
}

function isSocketAsked(addition: Addition, screen: Tree): boolean {
  const sockets = listensOf(screen).filter(({ attributes }) => attributes.get('type') === 'socket');
  const asked = [screen.attributes.get('socket'), ...sockets.map(({ attributes }) => attributes.get('socket'))];
  if (asked.includes(addition.value)) return true;
  const isGenerated = /\/domain-[0-9]+-[^/]*\/[\w.-]+$/.test(addition.value);
  return isGenerated && sockets.some(({ attributes }) => !attributes.has('socket'));
}

const listensOf = (screen: Tree): readonly Tree[] => screen.children.get('listen') ?? [];

const isQxl = ({ attributes }: Tree): boolean => attributes.get('type') === 'qxl';

/** cirrus, or vga where QEMU has no cirrus: then nothing of the domain says so. */
function defaultVideo(wanted: Tree, present: Tree): readonly string[] {
  const isAsked = [...devicesOf(wanted, 'graphics'), ...devicesOf(wanted, 'video')].length > 0;
  if (!isAsked && devicesOf(present, 'graphics').length === 0) return [];
  if (machineKind(present) === 'virt' || archOf(present) === 's390x') return ['virtio'];
  return isX86(present) ? ['cirrus', 'vga'] : ['vga'];
}

/** Sound goes to whoever looks at the screen, or nowhere; without any sound card, it is no matter where to, but to a file. */
function defaultAudio(wanted: Tree, present: Tree): readonly string[] {
  const screens = devicesOf(wanted, 'graphics').map(({ attributes }) => attributes.get('type'));
  const isSilent = devicesOf(wanted, 'sound').length + devicesOf(present, 'sound').length === 0;
  return [
    ...(screens.includes('spice') ? ['spice'] : []),
    ...(screens.includes('sdl') ? ['sdl'] : []),
    ...(screens.every((type) => !['spice', 'sdl'].includes(type ?? '')) ? ['none'] : []),
    ...(isSilent ? ['none', 'alsa', 'oss', 'pulseaudio', 'coreaudio'] : []),
  ];
}

/** One mouse and one keyboard, and only where nobody asked for one. */
function isFirstOfKind({ element, around, there, wanted, present }: Addition): boolean {
  const type = element?.attributes.get('type');
  if (isX86(present) ? element?.attributes.get('bus') !== 'ps2' : machineKind(present) !== 'pseries') return false;
  const ofKind = (devices: readonly Tree[] | undefined) =>
    (devices ?? []).filter(({ attributes }) => attributes.get('type') === type && attributes.get('bus') !== 'virtio');
  const same = ofKind(there.children.get('input')).filter(
    ({ attributes }) => attributes.get('bus') === element?.attributes.get('bus'),
  );
  if (!isX86(present) && childOf(wanted, 'devices') && devicesOf(wanted, 'graphics').length === 0) return false;
  return (
    same.length === 1 && ofKind(around.children.get('input')).every((each) => each.attributes.get('bus') !== 'ps2')
  );
}

/** One more mouse or keyboard than was asked for, when none that was asked for says its bus. */
function isBesideAsked({ element, around, there, present }: Addition): boolean {
  const type = element?.attributes.get('type') ?? '';
  if (!isX86(present) || !['mouse', 'keyboard'].includes(type) || element?.attributes.get('bus') !== 'ps2')
    return false;
  const ofType = (devices: readonly Tree[] | undefined) =>
    (devices ?? []).filter(({ attributes }) => attributes.get('type') === type);
  const asked = ofType(around.children.get('input'));
  const onPs2 = ofType(there.children.get('input')).filter(({ attributes }) => attributes.get('bus') === 'ps2');
  return (
    asked.length > 0 && asked.every(({ attributes }) => !attributes.has('bus')) && onPs2.length === asked.length + 1
  );
}

function defaultBus({ attributes }: Tree, present: Tree): string {
  return ['mouse', 'keyboard'].includes(attributes.get('type') ?? '') && isX86(present) ? 'ps2' : 'usb';
}
