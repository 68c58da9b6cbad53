import { shellQuote, systemPath } from '@kvm/command';

/** Name of the virtio port through which commands reach the virtual machine. */
export const linePort = 'kvm.lab.vm';

/**
 * The first program of the virtual machine, run by bash; its arguments come from {@link insideScript}. What it starts with is
 * the machine below, under an overlay. It reaps what is orphaned, and when the agent ends, the machine does. Without KVM each
 * program takes a while to start: it starts few, and the agent, which says that the machine is ready, waits for the others.
 */
const init = `#!/bin/bash
mount -t proc proc /proc
mount -t sysfs sysfs /sys
for each in /sys/class/bdi/*/read_ahead_kb; do echo 4096 >$each; done
mkdir -p /dev/pts /dev/shm /usr/lib/modules /run/lock
mount -t devpts -o ptmxmode=0666,mode=0620 devpts /dev/pts
mount -t tmpfs tmpfs /dev/shm
mount -t cgroup2 cgroup2 /sys/fs/cgroup
ln -s /proc/self/fd /dev/fd
release=$(</proc/sys/kernel/osrelease)
ln -sfT "$modules" "/usr/lib/modules/$release"
echo "$name" >/proc/sys/kernel/hostname
echo "127.0.1.1 $name" >>/etc/hosts
cd /
agent() {
  {
    modprobe -a dm_mod loop tun
    ip link set lo up
    [ -z "$system" ] || until [ -d /proc/1/root/run/systemd/system ]; do sleep 0.2; done
  } | "$node" /run/kvm-vm/agent.mjs
  echo o >/proc/sysrq-trigger
}
if [ -z "$system" ]; then
  agent
  sleep infinity
fi
# The agent stays here. This process goes to the system's files, under an overlay of their own, and becomes its init.
agent &
mkdir /run/system
mount "$systemDisk" /run/system 2>/dev/null || { mkfs.ext4 -q "$systemDisk" && mount "$systemDisk" /run/system; }
cd /run/system
mkdir -p upper work root /run/below
[ "$below" = / ] || mount -t virtiofs -o ro system "$below"
mount -t overlay -o "lowerdir=$below,upperdir=upper,workdir=work" system root
cd root
mkdir -p "usr/lib/modules/$release"
mount --bind "$modules" "usr/lib/modules/$release"
echo "$name" >etc/hostname
grep -q "^127.0.1.1" etc/hosts 2>/dev/null || echo "127.0.1.1 $name" >>etc/hosts
exec env -i unshare --mount sh -c 'mount --move . / && exec chroot . /sbin/init'
`;

/** What commands find in their environment. */
const environment = {
  PATH: systemPath,
  HOME: '/root',
  LANG: 'C.UTF-8',
  TERM: 'linux',
  LVM_SUPPRESS_FD_WARNINGS: '1',
};

/** Without a system there is no udevd, for which device-mapper's library would wait. */
const withoutUdev = { DM_DISABLE_UDEV: '1' };

/** Whether a system is another than this machine's own, which the virtual machine sees anyway. */
export const hasOwnFiles = (system: string): boolean => system !== '' && system !== '/';

/**
 * The virtual machine's first program.
 *
 * @param modules folder of the kernel's modules; @param node a Node to run the agent with; @param system folder of a system
 * whose init is to be started, or nothing: paths on the machine below; @param systemDisk for what that system writes.
 */
export function insideScript(settings: {
  readonly name: string;
  readonly modules: string;
  readonly node: string;
  readonly system: string;
  readonly systemDisk: string;
}): string {
  const udev = settings.system === '' ? withoutUdev : {};
  const below = hasOwnFiles(settings.system) ? '/run/below' : '/';
  const exports = Object.entries({ ...environment, ...udev, ...settings, below }).map(
    ([key, value]) => `export ${key}=${shellQuote(value)}`,
  );
  return init.replace('\n', `\n${exports.join('\n')}\n`);
}

/**
 * Runs commands inside, several side by side. Both ways go lines of JSON:
 * `{ id, start: { argv, cwd, env } }`, `{ id, stdin }`, `{ id, end: true }`, `{ id, kill }` and
 * `{ ready: true }`, `{ id, stdout }`, `{ id, stderr }`, `{ id, exit, signal }`, with data in base64.
 */
export const agentScript = `
import { spawn } from 'node:child_process';
import { createReadStream, createWriteStream, openSync, readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const ports = '/sys/class/virtio-ports';
const port = readdirSync(ports).find((name) => readFileSync(ports + '/' + name + '/name', 'utf8').trim() === '${linePort}');
const fd = openSync('/dev/' + port, 'r+');
const out = createWriteStream('', { fd, autoClose: false });
const tell = (message) => out.write(JSON.stringify(message) + '\\n');
const children = new Map();

/** Where there is a system, commands run among its files: those of the first process. */
const inSystem = (argv, cwd = '/') =>
  process.env.system ? ['nsenter', '--target=1', '--mount', '--root', '--wdns=' + cwd, '--', ...argv] : argv;

function start(id, { argv, cwd, env }) {
  const [program, ...words] = inSystem(argv, cwd);
  const options = { cwd: process.env.system ? '/' : cwd, env: { ...process.env, ...env }, detached: true };
  const child = spawn(program, words, options);
  children.set(id, child);
  for (const name of ['stdout', 'stderr']) {
    child[name].on('data', (data) => {
      if (tell({ id, [name]: data.toString('base64') })) return;
      child[name].pause();
      out.once('drain', () => child[name].resume());
    });
  }
  child.stdin.on('error', () => {}); // it may end before it has read everything
  child.once('error', (error) => {
    tell({ id, stderr: Buffer.from(argv[0] + ': ' + error.message + '\\n').toString('base64') });
    if (child.pid === undefined) tell({ id, exit: 127, signal: null });
  });
  child.once('close', (exit, signal) => {
    children.delete(id);
    if (child.pid !== undefined) tell({ id, exit, signal });
  });
}

function kill(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {}
}

out.setMaxListeners(0);
for await (const piece of process.stdin) void piece; // it ends when all has been set up
tell({ ready: true });
for await (const line of createInterface({ input: createReadStream('', { fd, autoClose: false }) })) {
  const message = JSON.parse(line);
  if (message.start) start(message.id, message.start);
  const child = children.get(message.id);
  if (message.stdin !== undefined) child?.stdin.write(Buffer.from(message.stdin, 'base64'));
  if (message.end) child?.stdin.end();
  if (message.kill) kill(child, message.kill);
}
process.exit();
`;
