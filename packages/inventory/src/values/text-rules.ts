import type { Finding } from '../problem.ts';
import { quote } from '../quote.ts';

const LONGEST_LABEL = 63;
/** x86's COMMAND_LINE_SIZE is 2048 bytes with the final NUL. */
const LONGEST_CMDLINE = 2047;
const LARGEST_XML_KIB = 256;

/** Names that policy rows and the host's own tables give a meaning to. */
const RESERVED_NAMES = ['all', 'any', 'anywhere', 'guests', 'host', 'lan', 'localhost', 'none'];

export const LABEL_PATTERN = '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$';
export const HOST_PORT_PATTERN = '^[^:\\s]+:\\d{1,5}$';
export const DISK_NAME_PATTERN = '^[A-Za-z0-9_+][A-Za-z0-9_+-]*$';
const LVM_NAME = /^[A-Za-z0-9+_.][A-Za-z0-9+_.-]*$/;
/** Parts that LVM keeps for the hidden volumes it makes: those of lvm(8), VALID NAMES, and four more that 2.03.16 refuses. */
const LVM_RESERVED_PART =
  /_(?:cdata|cmeta|corig|iorig|mimage|mlog|pmspare|rimage|rmeta|tdata|tmeta|vdata|vorigin|cpool|cvol|imeta|wcorig)/;
const LVM_RESERVED_START = /^(?:snapshot|pvmove)/;

const finding = (code: string, message: string, remedy: string): Finding => ({ code, message, remedy });

/** A name that is allowed and near to one that is not, as a remedy. */
function nearestLabel(name: string): string {
  const label = name
    .slice(0, 200)
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .slice(0, LONGEST_LABEL)
    .replace(/^-+|-+$/g, '');
  return label === '' || /^\d+$/.test(label) ? 'Choose a name such as web or db-2.' : `Write ${label}, for instance.`;
}

/** Judges a server's name or IPv4 address with its port. */
export const judgeHostPort = (text: string): Finding | undefined =>
  new RegExp(HOST_PORT_PATTERN).test(text)
    ? undefined
    : finding('bad-address', `${quote(text)} is not a host and a port.`, 'Write smtp.example.org:587, for instance.');

/** Judges the name of a guest, machine, network or host: one lower-case label of a DNS name (RFC 1123, 2.1). */
export function judgeName(name: string): Finding | undefined {
  if (RESERVED_NAMES.includes(name)) {
    return finding('reserved-name', `${quote(name)} has a meaning of its own.`, 'Choose another name.');
  }
  if (/^\d+$/.test(name)) {
    const message = `The name ${quote(name)} is all digits, which virsh takes for a number of its own.`;
    return finding('bad-name', message, 'Put a letter in it.');
  }
  if (new RegExp(LABEL_PATTERN).test(name)) return undefined;
  const why =
    name.length > LONGEST_LABEL
      ? `is longer than ${LONGEST_LABEL} characters`
      : 'is not made of lower-case letters, digits and inner hyphens only, as DNS wants it';
  return finding('bad-name', `The name ${quote(name)} ${why}.`, nearestLabel(name));
}

/** Judges what LVM adds to a guest's name, which begins its logical volumes' names. */
export function judgeGuestName(name: string): Finding | undefined {
  const [start] = LVM_RESERVED_START.exec(name) ?? [];
  if (start === undefined) return judgeName(name);
  const message = `LVM keeps names that begin with ${start} for itself, so ${quote(`${name}.root`)} cannot be made.`;
  return finding('reserved-name', message, 'Choose a name that begins differently.');
}

export function judgeDiskName(name: string): Finding | undefined {
  if (!new RegExp(DISK_NAME_PATTERN).test(name)) {
    const message = `The disk name ${quote(name)} is not made of letters, digits, +, _ and inner hyphens only, as LVM wants it.`;
    return finding('bad-disk-name', message, 'Choose a name such as data or data-2.');
  }
  const [part] = LVM_RESERVED_PART.exec(name) ?? [];
  if (part === undefined) return undefined;
  return finding('bad-disk-name', `LVM keeps ${part} in names for itself.`, 'Choose a name without it.');
}

/** What /dev has folders for by itself: vgcreate(8) makes no group of such a name, and what is there is no guest's. */
const DEVICE_FOLDERS =
  'block bsg bus cciss char cpu disk drbd dri fd input mapper md mqueue net pts shm snd usb vfio zvol'.split(' ');

export function judgeVolumeGroup(name: string): Finding | undefined {
  if (!DEVICE_FOLDERS.includes(name)) return judgeLvmName(name);
  const message = `/dev/${name} is a folder of other devices, so no volume group is called that.`;
  return finding('bad-volume-group', message, 'Write the name that `vgs` shows.');
}

/** Judges what LVM calls a volume group, or a pool. */
export function judgeLvmName(name: string): Finding | undefined {
  if (LVM_NAME.test(name) && name !== '.' && name !== '..' && name.length <= 127) return undefined;
  const message = `${quote(name)} is no name that LVM takes: letters, digits and + _ . - (not first), at most 127.`;
  return finding('bad-volume-group', message, 'Write the name that `vgs` shows.');
}

/** lvm(8): a tag is made of letters, digits and _ + . - / = ! : & #. */
export const PHYSICAL_VOLUME_PATTERN = '^(@[A-Za-z0-9_+./=!:&#-]+|/dev/[^/].*)$';

/** Judges what a disk lies on: a device, or the tag of some. */
export function judgePhysicalVolume(name: string): Finding | undefined {
  const whole = name.startsWith('@') || judgePath(name) === undefined;
  if (whole && new RegExp(PHYSICAL_VOLUME_PATTERN).test(name)) return undefined;
  const message = `${quote(name)} is neither a device nor a tag of physical volumes.`;
  return finding('bad-physical-volume', message, 'Write a name that `pvs` shows, such as /dev/sdb, or @ and a tag.');
}

export function judgeDomain(domain: string): Finding | undefined {
  const labels = domain.split('.');
  const label = new RegExp(LABEL_PATTERN);
  const valid = domain.length <= 189 && labels.every((each) => label.test(each)) && !/^\d+$/.test(labels.at(-1) ?? '');
  if (valid) return undefined;
  const message = `${quote(domain)} is not a DNS domain in lower case, such as home.example, of at most 189 characters.`;
  const lower = domain.toLowerCase().replace(/\.$/, '');
  const mended = lower !== domain && judgeDomain(lower) === undefined;
  const remedy = mended ? `Write ${lower}.` : 'Write letters, digits and inner hyphens with dots between them.';
  return finding('bad-domain', message, remedy);
}

export function judgeUplink(name: string): Finding | undefined {
  if (/^tun\d+$/.test(name)) {
    const message = `${name} is what a guest's interface on the host is called.`;
    return finding('bad-uplink', message, "Write the interface that is on the LAN; `ip route` shows it after 'dev'.");
  }
  if (/^[\w.+-]{1,15}$/.test(name) && name !== '.' && name !== '..') return undefined;
  const message = `${quote(name)} is no interface name: 1 to 15 letters, digits and . _ + -.`;
  return finding('bad-uplink', message, 'Write a name that `ip link` shows.');
}

export function judgePath(path: string): Finding | undefined {
  const normal = `/${path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')}`;
  if (path.length <= 4095 && !/\p{Cc}/u.test(path) && path === normal && path !== '/' && !/\/\.\.(\/|$)/.test(path)) {
    return undefined;
  }
  const message = `${quote(path)} is not an absolute path in its shortest form: no //, /./, /../, final / or control character.`;
  return finding('bad-path', message, 'Write the whole path from / on.');
}

export function judgeCmdline(cmdline: string): Finding | undefined {
  if (/\p{Cc}/u.test(cmdline)) {
    const message = 'A kernel command line is one line without control characters.';
    return finding('bad-cmdline', message, 'Write it on one line; after a key, `>-` joins lines with spaces.');
  }
  if (cmdline.length <= LONGEST_CMDLINE) return undefined;
  const message = `The command line is longer than the ${LONGEST_CMDLINE} characters that Linux takes on x86.`;
  return finding('bad-cmdline', message, 'Shorten it.');
}

export const UUID_PATTERN = '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';

export function judgeUuid(uuid: string): Finding | undefined {
  if (new RegExp(UUID_PATTERN).test(uuid)) return undefined;
  const message = `${quote(uuid)} is not a UUID in lower case, such as 4dea22b3-1d52-d8f3-2516-782e98ab3fa0.`;
  return finding('bad-uuid', message, 'Write what `virsh domuuid` says of the guest.');
}

export function judgeXml(xml: string): Finding | undefined {
  if (xml.length > LARGEST_XML_KIB * 1024) {
    return finding(
      'xml-too-large',
      `Raw XML is limited to ${LARGEST_XML_KIB} KiB.`,
      'Keep only what differs from the rest.',
    );
  }
  if (/^\s*</.test(xml)) return undefined;
  const message = 'Raw domain XML begins with an element, such as <domain>.';
  return finding('bad-xml', message, 'Write `xml: |` and the elements on the next lines, indented.');
}
