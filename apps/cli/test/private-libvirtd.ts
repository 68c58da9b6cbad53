import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

/** A libvirtd of the tests' own, which ends with its scope. */
export interface PrivateLibvirtd extends AsyncDisposable {
  /** For `--connect`. */
  readonly uri: string;
  /** The first process of its namespaces, for `nsenter --target`. */
  readonly namespaces: string;
}

/**
 * The first process of the namespaces: it says `ready` when libvirtd answers, and ends, with all in there, when its input
 * does. Debian's libvirtd wants the user libvirt-qemu, which it does not bring.
 */
const init = `
set -e
for folder in /run /var /etc/libvirt; do mount -t tmpfs kvmctl-test "$folder"; done
mkdir -p /var/log/libvirt /var/lib /var/cache /var/lock
ln -s /run /var/run
add_account() {
  { grep -v ^libvirt-qemu: "/etc/$1"; echo "$2"; } > "/run/$1"
  mount --bind "/run/$1" "/etc/$1"
}
add_account passwd libvirt-qemu:x:64055:64055::/nonexistent:/usr/sbin/nologin
add_account group libvirt-qemu:x:64055:
{ echo 'auth_unix_rw = "none"'; printf '%s' "$LIBVIRTD_CONF"; } > /etc/libvirt/libvirtd.conf
cat > /etc/libvirt/qemu.conf <<'END'
user = "root"
group = "root"
dynamic_ownership = 0
security_driver = "none"
cgroup_controllers = []
namespaces = []
stdio_handler = "file"
END
ip link set lo up
libvirtd --daemon $LIBVIRTD_ARGS >&2 < /dev/null
echo ready
cat > /dev/null
`;

/**
 * Starts a libvirtd in mount, network and process namespaces of its own. Needs root.
 *
 * @param settings more lines for libvirtd.conf; @param args of libvirtd
 */
export async function startPrivateLibvirtd(settings = '', args = ''): Promise<PrivateLibvirtd> {
  const unshare = spawn(
    'unshare',
    ['--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-c', init],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, LIBVIRTD_CONF: settings, LIBVIRTD_ARGS: args },
    },
  );
  const exited = once(unshare, 'exit');
  const end = async () => {
    unshare.stdin.end();
    await exited;
  };
  const started = await Promise.race([once(unshare.stdout, 'data'), exited.then(() => undefined)]);
  if (started === undefined) throw new Error('libvirtd did not start; its messages are above');
  const first = readFileSync(`/proc/${unshare.pid}/task/${unshare.pid}/children`, 'utf8').trim();
  return {
    namespaces: first,
    uri: `qemu+unix:///system?socket=/proc/${first}/root/run/libvirt/libvirt-sock`,
    [Symbol.asyncDispose]: end,
  };
}
