import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';

/** What an attempt to get out of a fence is, and a script that ends with 0 only when it got through. */
export type Attempt = readonly [title: string, script: string];

const settings = [
  ...['kernel/poweroff_cmd', 'kernel/core_pattern', 'kernel/modprobe', 'kernel/panic', 'kernel/printk', 'kernel/sysrq'],
  ...['kernel/randomize_va_space', 'kernel/threads-max', 'kernel/cad_pid', 'kernel/ctrl-alt-del'],
  ...['vm/swappiness', 'vm/overcommit_memory', 'vm/drop_caches', 'fs/file-max', 'fs/suid_dumpable', 'fs/nr_open'],
  ...['net/core/rmem_max', 'net/core/bpf_jit_enable', 'net/netfilter/nf_conntrack_max', 'dev/cdrom/debug'],
];
const kernelFiles = [
  ...['/proc/sysrq-trigger', '/proc/kcore', '/proc/kmsg', '/proc/mtrr', '/proc/acpi/wakeup'],
  ...['/proc/irq/default_smp_affinity', '/proc/timer_list', '/proc/slabinfo', '/proc/vmallocinfo', '/proc/keys'],
  ...['/sys/kernel/uevent_helper', '/sys/kernel/mm/ksm/run', '/sys/kernel/mm/transparent_hugepage/enabled'],
  ...['/sys/power/state', '/sys/module/kernel/parameters/panic', '/sys/bus/pci/rescan', '/sys/fs/cgroup/cgroup.procs'],
  ...['/sys/block/vda/queue/read_ahead_kb', '/sys/devices/system/cpu/cpu1/online', '/sys/class/net/lo/mtu'],
];
const mounts = [
  ...['proc', 'sysfs', 'cgroup', 'cgroup2', 'debugfs', 'tracefs', 'securityfs', 'configfs', 'pstore', 'efivarfs'],
];
const ownMounts = ['/dev', '/run', '/tmp', '/root', '/home', '/'];
const nodes = [
  'b 254 0',
  'b 253 0',
  'b 8 0',
  'b 7 0',
  'b 259 0',
  'c 1 1',
  'c 1 2',
  'c 1 4',
  'c 1 11',
  'c 10 237',
  'c 5 1',
];
const devices = [
  ...['mem', 'kmem', 'port', 'kmsg', 'vda', 'sda', 'nvme0n1', 'loop-control', 'loop0', 'console', 'mapper/control'],
  ...['vhost-net', 'fuse', 'sg0', 'bus/usb', 'vfio/vfio', 'cpu/0/msr', 'watchdog', 'tty0', 'uinput', 'snd', 'rtc0'],
];
const sockets = ['/run/docker.sock', '/run/dbus/system_bus_socket', '/run/systemd/private', '/run/udev/control'];

/** Makes a system call that can do nothing, and tells by its error whether it was forbidden, or is not in this kernel. */
const mayCall = (number: number, words: string): string =>
  `perl -e 'exit(syscall(${number}, ${words}) == -1 && ($!+0 == 1 || $!+0 == 38) ? 1 : 0)'`;

/**
 * Attempts of a root behind a fence. Each writes to a file the value that is there already, where the fence holds it harms nothing.
 *
 * @param canary paths on the real machine that must not be read or changed
 */
export const attempts = (canary: Canary): readonly Attempt[] => [
  ...settings.map(
    (name): Attempt => [
      `writes the setting ${name}`,
      `v=$(cat /proc/sys/${name} 2>/dev/null || echo 1); echo "$v" >/proc/sys/${name}`,
    ],
  ),
  ...settings.map(
    (name): Attempt => [
      `writes the setting ${name} in a proc mounted anew`,
      `mkdir -p /tmp/p; mount -t proc proc /tmp/p; v=$(cat /tmp/p/sys/${name} 2>/dev/null || echo 1); echo "$v" >/tmp/p/sys/${name}`,
    ],
  ),
  ...kernelFiles.map((file): Attempt => [`writes ${file}`, `v=$(head -c 64 ${file} 2>/dev/null); echo "$v" >${file}`]),
  ...['/proc/kcore', '/proc/kmsg', '/proc/timer_list', '/proc/slabinfo'].map(
    (file): Attempt => [`reads ${file}`, `head -c 1 ${file}`],
  ),
  ...mounts.map(
    (type): Attempt => [
      `changes something in a fresh ${type}`,
      `mkdir -p /tmp/m; mount -t ${type} none /tmp/m || exit 1; find /tmp/m -maxdepth 4 -xdev -type f -writable -not -path '*/net/*' -not -path '/tmp/m/[0-9]*' -not -path '/tmp/m/*self/*' -not -path '/tmp/m/sys/*' -not -path '/tmp/m/pressure/*' | grep . || mkdir /tmp/m/fence`,
    ],
  ),
  ['mounts the devices of the machine', 'mkdir -p /tmp/d; mount -t devtmpfs none /tmp/d'],
  ...ownMounts.map((path): Attempt => [`unmounts ${path}`, `umount -l ${path}`]),
  [
    'makes /sys writable',
    'mount -o remount,rw /sys && v=$(cat /sys/kernel/mm/ksm/run) && echo "$v" >/sys/kernel/mm/ksm/run',
  ],
  ['makes the machine below writable', 'mount -o remount,rw,lowerdir=/ / && echo x >/etc/fence'],
  ...nodes.map((numbers): Attempt => [`makes a node ${numbers}`, `rm -f /tmp/n; mknod /tmp/n ${numbers}`]),
  ...nodes.map((numbers): Attempt => [`makes a node ${numbers} in /dev`, `mknod /dev/fence ${numbers}`]),
  [
    'makes a node in a file system of its own',
    'mkdir -p /tmp/t; mount -t tmpfs -o dev t /tmp/t; mknod /tmp/t/n b 254 0',
  ],
  ...devices.map((name): Attempt => [`opens /dev/${name}`, `[ -e /dev/${name} ]`]),
  ...['null', 'zero', 'tty', 'net/tun', 'urandom'].flatMap((name): Attempt[] => [
    [`changes the mode of /dev/${name}`, `chmod 0 /dev/${name}`],
    [`changes the owner of /dev/${name}`, `chown 1 /dev/${name}`],
    [`removes /dev/${name}`, `rm -f /dev/${name}; [ ! -e /dev/${name} ]`],
  ]),
  ['attaches a loop device', 'truncate -s 1M /tmp/l; losetup -f /tmp/l'],
  ['mounts a volume', 'for v in /dev/vg/*; do mkdir -p /tmp/v; mount -t ext4 "$v" /tmp/v && exit 0; done; exit 1'],
  ['loads a module', mayCall(175, 'q(x), 1, q()')],
  ['unloads a module', 'rmmod -f overlay'],
  ['sets the clock', 'date -s "@$(date +%s)"'],
  ['sets the clock for hardware', 'hwclock --systohc'],
  ['reads the log of the kernel by force', 'dmesg -n 4'],
  ['turns swap off', mayCall(168, 'q(/nowhere)')],
  ['accounts processes', mayCall(163, 'q(/nowhere)')],
  ['asks for the ports of the processor', mayCall(172, '3')],
  ['loads another kernel', mayCall(246, '0, 0, 0, 0')],
  ['reads the log of the kernel', mayCall(103, '6, 0, 0')],
  ['sees a process of the machine', "pgrep -f '[s]leep 424299'"],
  ['goes through the root of the first process', `cat /proc/1/root${canary.folder}/private`],
  ['reads a file of root', `cat ${canary.folder}/private`],
  ['reads a folder of root', `ls ${canary.folder}/closed`],
  ['takes a file of root', `chown 0 ${canary.folder}/private || chmod 644 ${canary.folder}/private`],
  ['links to a file of root', `rm -f /var/tmp/fence; ln ${canary.folder}/private /var/tmp/fence && cat /var/tmp/fence`],
  ['reads a password', `grep -v '^[^:]*:[*]:' /etc/shadow`],
  ['reads a key of the ssh server', 'cat /etc/ssh/ssh_host_*_key'],
  ['reads the home of root', `ls /root | grep .`],
  ['reads the homes of users', `ls /home | grep .`],
  ...[...sockets, canary.socket].map(
    (path): Attempt => [
      `connects to ${path}`,
      `perl -MIO::Socket::UNIX -e 'exit(IO::Socket::UNIX->new(Peer => shift) ? 0 : 1)' ${path}`,
    ],
  ),
  [
    'connects to an abstract socket',
    `perl -MIO::Socket::UNIX -e 'exit(IO::Socket::UNIX->new(Peer => pack("a108", "\\0${canary.abstract}")) ? 0 : 1)'`,
  ],
  [
    'reaches a port of the machine',
    `perl -MIO::Socket::INET -e 'exit(IO::Socket::INET->new("127.0.0.1:${canary.port}") ? 0 : 1)'`,
  ],
  [
    'makes a user namespace to write a setting',
    'unshare -Urmp --fork --mount-proc sh -c "echo 60 >/proc/sys/vm/swappiness"',
  ],
  ['makes a user namespace to make a node', 'unshare -Urm mknod /tmp/fence b 254 0'],
  [
    'types into the terminal of its caller',
    `perl -e 'open(T, "+</dev/tty") or exit 1; ioctl(T, 0x5412, "x") or exit 1'`,
  ],
];

/** Changes that succeed behind the fence, and must not reach the machine. */
export const harmless = (canary: Canary): readonly Attempt[] => [
  ['overwrites a file that everybody may write', `echo lab >${canary.folder}/open`],
  ['writes to a folder that everybody may write', `echo lab >${canary.folder}/shared/lab`],
  ['removes a file of /etc', 'rm /etc/debian_version'],
  ['changes accounts', 'echo lab::0:0::/:/bin/sh >>/etc/passwd'],
  ['changes a program', 'rm /usr/bin/true && ln -s false /usr/bin/true'],
  [
    'changes all settings of networks',
    'find /proc/sys/net -type f -writable | while read -r f; do v=$(cat "$f" 2>/dev/null); case $v in 0) echo 1 ;; 1) echo 0 ;; *) echo "$v" ;; esac >"$f"; done 2>/dev/null; true',
  ],
  ['changes its host name', 'hostname broken'],
  ['flushes the firewall', 'nft flush ruleset'],
  ['downs all interfaces', 'for i in $(ls /sys/class/net); do ip link set $i down; done'],
  ['detaches its loop devices', 'for v in /dev/vg/*; do losetup -d "$v"; done; true'],
];

/** Files, a process and sockets of the real machine that a fence keeps from those behind it. */
export class Canary {
  readonly folder = mkdtempSync('/var/tmp/fence-');
  readonly socket = join(this.folder, 'daemon.sock');
  readonly abstract = `fence-${process.pid}`;
  /** Who connected to a socket. */
  readonly guests: string[] = [];
  port = 0;
  readonly #servers: Server[] = [];
  readonly #sleep = spawn('sleep', ['424299'], { stdio: 'ignore' });

  constructor() {
    chmodSync(this.folder, 0o755);
    this.#write('private', 0o600);
    this.#write('open', 0o666);
    for (const [name, mode] of [
      ['closed', 0o700],
      ['shared', 0o777],
    ] as const) {
      mkdirSync(join(this.folder, name));
      chmodSync(join(this.folder, name), mode);
    }
    this.#write('closed/readable', 0o644);
  }

  #write(name: string, mode: number): void {
    writeFileSync(join(this.folder, name), 'of the machine\n');
    chmodSync(join(this.folder, name), mode);
  }

  async listen(): Promise<void> {
    for (const place of [this.socket, `\0${this.abstract}`, 0]) {
      const server = createServer((socket) => {
        this.guests.push(String(place));
        socket.destroy();
      });
      await new Promise<void>((resolve) => server.listen(place, resolve));
      const address = server.address();
      if (typeof address === 'object' && address !== null) this.port = address.port;
      this.#servers.push(server);
    }
    chmodSync(this.socket, 0o777);
  }

  close(): void {
    this.#sleep.kill('SIGKILL');
    for (const server of this.#servers) server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What must be the same on the real machine before and after: kernel settings, devices, mounts, files and the canary. */
export async function machineState({ folder, guests }: Canary): Promise<string> {
  const script = `exec 2>&1
find /proc/sys -type f -perm -u=r ! -path '*/random/*' ! -path '*/fs/*-nr' ! -path '*/fs/*-state' ! -path '*/ns_last_pid' \\
  ! -path '*/pty/nr' ! -path '*/net/*' -exec grep -H . {} + | sort
grep -rH . /proc/sys/net/core /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv4/conf/all /proc/sys/net/ipv6/conf/all | sort
grep -H . /sys/kernel/mm/ksm/run /sys/kernel/mm/transparent_hugepage/enabled /sys/class/net/lo/mtu /sys/block/vda/queue/read_ahead_kb
for name in null zero full random urandom tty net/tun mem vda fence; do stat -c '%n %A %U:%G %t:%T' /dev/$name; done
find ${folder} /etc/passwd /etc/debian_version /usr/bin/true /etc/shadow -printf '%p %M %U:%G %s %T@\\n' | sort
ls -a ${folder} ${folder}/*
cat ${folder}/private ${folder}/open ${folder}/closed/readable
hostname`;
  const { stdout } = await execa('sh', ['-c', script], { reject: false, maxBuffer: 2 ** 26 });
  return `${stdout}\n${guests.join('\n')}`;
}
