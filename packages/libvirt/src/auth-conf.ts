import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LibvirtError } from './error.ts';
import type { Credentials } from './sasl.ts';

/** The variables of the environment that say where libvirt's files of passwords are. */
export type AuthEnvironment = Readonly<Partial<Record<'LIBVIRT_AUTH_FILE' | 'XDG_CONFIG_HOME' | 'HOME', string>>>;

/**
 * The user and password for the libvirtd of a URI, from the first of libvirt's own files that is there: the one of
 * LIBVIRT_AUTH_FILE, the user's, the system's (https://libvirt.org/auth.html#client-configuration). Undefined when that file has
 * none for its host.
 *
 * @throws LibvirtError UNREADABLE_AUTH_FILE
 */
export async function loadCredentials(uri: string, env: AuthEnvironment): Promise<Credentials | undefined> {
  const home = env.XDG_CONFIG_HOME ?? join(env.HOME ?? '/', '.config');
  for (const file of [env.LIBVIRT_AUTH_FILE, join(home, 'libvirt/auth.conf'), '/etc/libvirt/auth.conf']) {
    if (!file) continue;
    try {
      return parseCredentials(await readFile(file, 'utf8'), authHost(uri));
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException;
      if (file !== env.LIBVIRT_AUTH_FILE && (code === 'ENOENT' || code === 'EACCES')) continue;
      const reason = /^E[A-Z0-9]+: ([^,]+)/.exec(message)?.[1] ?? message;
      throw new LibvirtError({ code: 'UNREADABLE_AUTH_FILE', message: `${file} cannot be read: ${reason}.`, cause });
    }
  }
  return undefined;
}

/** As libvirt's file of passwords calls a URI's host. */
const authHost = (uri: string): string => /^[^:]+:\/\/(?:[^@/]*@)?(\[[^\]]*\]|[^:/?]+)/.exec(uri)?.[1] ?? 'localhost';

/**
 * ```text
 * [credentials-ops]
 * username=ops
 * password=...
 * [auth-libvirt-host2]      or auth-libvirt-default
 * credentials=ops
 * ```
 */
export function parseCredentials(text: string, host: string): Credentials | undefined {
  const groups = new Map<string, Map<string, string>>();
  let group = new Map<string, string>();
  for (const line of text.split('\n').map((each) => each.trim())) {
    const [, name] = /^\[(.*)\]$/.exec(line) ?? [];
    const [, key, value] = /^([^#=\s][^=]*?)\s*=\s*(.*)$/.exec(line) ?? [];
    if (name !== undefined) {
      group = groups.get(name) ?? new Map();
      groups.set(name, group);
    } else if (key !== undefined && value !== undefined) group.set(key, value);
  }
  const chosen = groups.get(`auth-libvirt-${host}`) ?? groups.get('auth-libvirt-default');
  const credentials = groups.get(`credentials-${chosen?.get('credentials')}`);
  const user = credentials?.get('username') ?? credentials?.get('authname');
  const password = credentials?.get('password');
  return user === undefined || password === undefined ? undefined : { user, password };
}
