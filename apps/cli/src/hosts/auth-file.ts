import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Credentials } from '@kvm/libvirt';
import { CliError, systemCode, systemReason } from '../output/cli-error.ts';
import type { Surroundings } from '../terminal/io.ts';

/**
 * The user and password for the libvirtd of a host, from the first of libvirt's own files that is there: the one of
 * LIBVIRT_AUTH_FILE, the user's, the system's (https://libvirt.org/auth.html#client-configuration).
 *
 * @throws CliError `unreadable-file`
 */
export async function readCredentials({ env }: Surroundings, host: string): Promise<Credentials | undefined> {
  const home = env.XDG_CONFIG_HOME ?? join(env.HOME ?? '/', '.config');
  for (const file of [env.LIBVIRT_AUTH_FILE, join(home, 'libvirt/auth.conf'), '/etc/libvirt/auth.conf']) {
    if (!file) continue;
    try {
      return parseCredentials(await readFile(file, 'utf8'), host);
    } catch (cause) {
      const code = systemCode(cause);
      if (file !== env.LIBVIRT_AUTH_FILE && (code === 'ENOENT' || code === 'EACCES')) continue;
      throw new CliError('unreadable-file', `${file} cannot be read: ${systemReason(cause)}.`, { cause });
    }
  }
  return undefined;
}

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
