import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, readFile, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { createInterface } from 'node:readline';

/** A libvirtd of the tests' own. */
export interface Daemon extends AsyncDisposable {
  /** Its socket, as seen from outside its namespaces. */
  readonly socket: string;
  /** The process in whose namespaces it runs, for `nsenter --target`. */
  readonly namespaces: number;
  /** The first libvirtd itself, numbered as outside. */
  readonly pid: number;
  /** Kills libvirtd and starts another in its place; resolves when the new one takes connections. */
  restart(): Promise<void>;
}

const libvirtdConf = `
auth_unix_rw = "none"
unix_sock_rw_perms = "0700"
`;

const qemuConf = `
user = "root"
group = "root"
dynamic_ownership = 0
security_driver = "none"
cgroup_controllers = []
namespaces = []
stdio_handler = "file"
hugetlbfs_mount = []
`;

/**
 * The first process of the namespaces. It ends when libvirtd does, and kills libvirtd when its own input ends, so when
 * the test ends, however that happens. With it the kernel ends every other process in there, and the mounts are gone.
 */
const init = `
set -e
for folder in /run /var /etc/libvirt; do mount -t tmpfs libvirt-test "$folder"; done
mkdir -p /var/log /var/lib /var/cache /var/tmp /var/lock
ln -s /run /var/run
# Debian's libvirtd does not start without this user and group, which libvirt-daemon-system would make.
add_account() {
  grep -q ^libvirt-qemu: "$1" && return
  { cat "$1"; echo "$2"; } > "/run/accounts.$(basename "$1")"
  mount --bind "/run/accounts.$(basename "$1")" "$1"
}
add_account /etc/passwd libvirt-qemu:x:64055:64055::/nonexistent:/usr/sbin/nologin
add_account /etc/group libvirt-qemu:x:64055:
printf '%s' "$LIBVIRTD_CONF" > /etc/libvirt/libvirtd.conf
printf '%s' "$QEMU_CONF" > /etc/libvirt/qemu.conf
ip link set lo up
exec 3<&0
{ cat <&3 > /dev/null; kill -KILL -1; } &
echo ready
libvirtd $LIBVIRTD_ARGS >&2 < /dev/null || true
while rm /run/restart 2> /dev/null; do libvirtd $LIBVIRTD_ARGS >&2 < /dev/null || true; done
`;

/**
 * Starts libvirtd in mount, network and process namespaces of its own, and waits until its socket is there.
 *
 * @param settings more lines for libvirtd.conf, of which the first with a name counts
 * @param environment more variables; LIBVIRTD_ARGS are its arguments
 * @param ownSocket where the settings have it listen, else its usual place
 */
export async function startDaemon(
  settings = '',
  environment: NodeJS.ProcessEnv = {},
  ownSocket?: string,
): Promise<Daemon> {
  const unshare = spawn(
    'unshare',
    ['--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-c', init],
    {
      env: { ...process.env, ...environment, LIBVIRTD_CONF: settings + libvirtdConf, QEMU_CONF: qemuConf },
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
  const exited = once(unshare, 'exit');
  let log = '';
  unshare.stderr.on('data', (chunk) => {
    log += chunk;
  });
  await Promise.race([once(createInterface(unshare.stdout), 'line'), exited]);
  const namespaces = await onlyChild(unshare.pid);
  const socket = ownSocket ?? `/proc/${namespaces}/root/run/libvirt/libvirt-sock`;
  for (let attempt = 0; !(await exists(socket)); attempt++) {
    if (unshare.exitCode !== null || attempt === 300) throw new Error(`libvirtd did not start:\n${log}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const pid = await childNamed(namespaces, 'libvirtd');
  return {
    socket,
    namespaces,
    pid,
    restart: async () => {
      await writeFile(`/proc/${namespaces}/root/run/restart`, '');
      process.kill(pid, 'SIGKILL');
      while (!(await answers(socket))) await new Promise((resolve) => setTimeout(resolve, 50));
    },
    [Symbol.asyncDispose]: async () => {
      unshare.stdin.end();
      await exited;
    },
  };
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

async function answers(path: string): Promise<boolean> {
  const socket = createConnection(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function children(pid: number | undefined): Promise<number[]> {
  const list = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return list.trim().split(' ').filter(Boolean).map(Number);
}

async function onlyChild(pid: number | undefined): Promise<number> {
  const [child] = await children(pid);
  if (child === undefined) throw new Error('the namespaces ended as soon as they were made: is this root?');
  return child;
}

async function childNamed(parent: number, name: string): Promise<number> {
  for (const pid of await children(parent)) {
    if ((await readFile(`/proc/${pid}/comm`, 'utf8')).trim() === name) return pid;
  }
  throw new Error(`${name} is not running`);
}
