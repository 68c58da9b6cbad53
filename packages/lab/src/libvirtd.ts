import { setTimeout as sleep } from 'node:timers/promises';
import { type Connection, connect, LibvirtError } from '@kvm/libvirt';
import { LabError } from './errors.ts';
import { runFolder } from './keeper-script.ts';
import { handlePath, openSocket } from './lab-socket.ts';
import { execIn, mustExecIn, writeFileIn } from './sandbox.ts';
import type { Holder } from './state.ts';

/**
 * No control groups, security labels, private mounts or log daemon: the lab itself is the fence around its guests, and its root,
 * as whom they run, is nobody outside.
 */
const qemuConf = `user = "root"
group = "root"
dynamic_ownership = 0
remember_owner = 0
security_driver = "none"
namespaces = []
cgroup_controllers = []
stdio_handler = "file"
seccomp_sandbox = 1
`;

const log = '/var/log/libvirt/libvirtd.log';
const libvirtdConf = `auth_unix_rw = "none"
unix_sock_group = "root"
log_outputs = "3:file:${log}"
`;

/** The user that Debian's libvirtd insists on knowing, also when told to run its guests as root. */
const addUser = `
getent passwd libvirt-qemu || echo 'libvirt-qemu:x:64055:64055::/:/usr/sbin/nologin' >>/etc/passwd
for group in kvm libvirt-qemu; do getent group "$group" || echo "$group:x:64055:" >>/etc/group; done
`;

/** Starts libvirtd on the lab's KVM host. */
export async function startLibvirtd(host: Holder): Promise<void> {
  await writeFileIn(host, { path: '/etc/libvirt/qemu.conf', mode: 0o600, content: qemuConf });
  await writeFileIn(host, { path: '/etc/libvirt/libvirtd.conf', mode: 0o600, content: libvirtdConf });
  await mustExecIn(host, ['sh', '-c', addUser]);
  await mustExecIn(host, ['libvirtd', '--daemon']);
}

/** A connection to the lab's libvirtd, waiting until it listens. */
export async function connectLibvirtd(host: Holder): Promise<Connection> {
  for (const deadline = Date.now() + 20_000; ; await sleep(50)) {
    try {
      const socket = await openSocket(runFolder(host.keeper, host.name), 'libvirt/libvirt-sock');
      try {
        return await connect({ socket: handlePath(socket), uri: 'qemu:///system' });
      } finally {
        await socket.close();
      }
    } catch (error) {
      if (!(error instanceof LibvirtError) && (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      if (Date.now() < deadline) continue;
      const { stdout } = await execIn(host, ['tail', '-n', '5', log]);
      throw new LabError('command-failed', `the lab's libvirtd does not listen. Its log ends with:\n${stdout}`, {
        cause: error,
      });
    }
  }
}
