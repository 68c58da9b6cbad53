import { ImageError } from './errors.ts';

/** A file of a guest, or a symbolic link. */
export type IdentityFile =
  | { readonly path: string; readonly mode: number; readonly content: string }
  | { readonly path: string; readonly link: string };

/** Where a guest mounts a file system. */
export interface FileSystem {
  readonly mount: '/' | '/var' | 'swap';
  /** The file system's own UUID, by which the guest finds it whatever its disk is called. */
  readonly uuid: string;
}

/** Who a guest is from its first boot on. */
export interface Identity {
  readonly name: string;
  /** Of every name: `home.example`. */
  readonly domain: string;
  /** The domain's UUID, with dashes, which becomes the guest's machine-id(5). */
  readonly uuid: string;
  readonly fileSystems: readonly FileSystem[];
  /** Machines that it knows before it can ask anybody, itself among them. */
  readonly hosts: readonly { readonly name: string; readonly addresses: readonly string[] }[];
  /** Addresses of DNS servers. */
  readonly nameservers: readonly string[];
  /** OpenSSH public keys that may log in as root. */
  readonly keys: readonly string[];
  /** Other files, such as those of its network. */
  readonly files: readonly { readonly path: string; readonly mode: number; readonly content: string }[];
}

/**
 * The files that make a copy of a golden image one guest: no question is asked at its first boot.
 *
 * Host keys are not among them, which are made where they are used.
 *
 * @throws ImageError `bad-identity` when something does not fit a line of a file
 */
export function renderIdentity(identity: Identity): readonly IdentityFile[] {
  const { name, domain, uuid, keys, nameservers, files } = identity;
  assertLines([name, domain, uuid, ...keys, ...nameservers]);
  const text = (path: string, content: string, mode = 0o644): IdentityFile => ({ path, mode, content });
  return [
    text('/etc/hostname', `${name}\n`),
    text('/etc/hosts', hosts(identity)),
    text('/etc/fstab', fstab(identity)),
    text('/etc/machine-id', `${uuid.replaceAll('-', '')}\n`, 0o444),
    // D-Bus has a copy of its own, which would be another machine's.
    { path: '/var/lib/dbus/machine-id', link: '/etc/machine-id' },
    text('/etc/resolv.conf', [`search ${domain}`, ...nameservers.map((each) => `nameserver ${each}`), ''].join('\n')),
    text('/etc/default/locale', 'LANG=C.UTF-8\n'),
    text('/etc/locale.conf', 'LANG=C.UTF-8\n'),
    text('/etc/timezone', 'Etc/UTC\n'),
    { path: '/etc/localtime', link: '/usr/share/zoneinfo/Etc/UTC' },
    // It would ask at the console, and wait.
    { path: '/etc/systemd/system/systemd-firstboot.service', link: '/dev/null' },
    {
      path: '/etc/systemd/system/getty.target.wants/serial-getty@ttyS0.service',
      link: '/lib/systemd/system/serial-getty@.service',
    },
    text('/root/.ssh/authorized_keys', keys.map((key) => `${key}\n`).join(''), 0o600),
    ...files,
  ];
}

/** fstab(5): root is checked first, the others after it; what is lost on the way is not worth a boot that stops. */
function fstab({ fileSystems }: Identity): string {
  const line = ({ mount, uuid }: FileSystem): string => {
    assertLines([uuid]);
    if (mount === 'swap') return `UUID=${uuid} none swap sw 0 0`;
    return mount === '/' ? `UUID=${uuid} / ext4 errors=remount-ro 0 1` : `UUID=${uuid} ${mount} ext4 defaults 0 2`;
  };
  return `${fileSystems.map(line).join('\n')}\n`;
}

function hosts({ domain, hosts: known }: Identity): string {
  const lines = known.flatMap(({ name, addresses }) =>
    addresses.map((address) => `${address} ${name}.${domain} ${name}`),
  );
  assertLines(lines);
  return ['127.0.0.1 localhost', '::1 localhost ip6-localhost ip6-loopback', ...lines, ''].join('\n');
}

/** A line more in authorized_keys is a person more who may log in. */
function assertLines(values: readonly string[]): void {
  const bad = values.find((value) => /\p{Cc}/u.test(value) || value === '');
  if (bad === undefined) return;
  throw new ImageError('bad-identity', `${JSON.stringify(bad)} cannot be written into a line of a file.`, {
    remedy: 'Write it without line breaks and control characters.',
  });
}
