import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync } from 'node:fs';
import { startProgram } from '@kvm/command';
import type { Accelerator } from '../accelerator.ts';
import { LabError } from '../errors.ts';
import type { GuestKernel } from '../kernel.ts';
import { agentScript, insideScript, linePort } from './inside.ts';

/** What a virtual machine is made of. */
export interface VmParts {
  readonly name: string;
  readonly memoryMiB: number;
  readonly cpus: number;
  readonly kernel: GuestKernel;
  readonly accelerator: Accelerator;
  /** Paths of its disks' files. */
  readonly disks: readonly string[];
  readonly network: VmNetwork | undefined;
  /** Folder of a system whose init is started; the last disk is then for what it writes. */
  readonly system: string | undefined;
}

/** Ethernet interfaces of a virtual machine: inside `eth0`, `eth1` ..., outside taps. */
export interface VmNetwork {
  /** Path of the network namespace in which the taps appear: `/proc/<pid>/ns/net` of whoever is in it. */
  readonly namespace: string;
  /** They go when the machine does. */
  readonly taps: readonly { readonly name: string; readonly mac: string }[];
}

/** Path of a disk inside. */
export const diskPath = (index: number): string => `/dev/vd${String.fromCharCode(97 + index)}`;

/** Where the private /run of a virtual machine's processes has the line to the agent. */
export const lineSocket = '/run/kvm-vm/line.sock';

/**
 * Run by bash as the first process of a process namespace: however it ends, the kernel ends the others. It ends when its
 * standard input does, which it has from the process that started it. Arguments: the inside's two scripts, virtiofsd, QEMU
 * and its arguments.
 */
const outsideScript = `
set -eu
mount --make-rprivate /
mount -t tmpfs -o mode=0755 kvm-lab-vm /run
mkdir /run/kvm-vm
printf %s "$1" >/run/kvm-vm/init
printf %s "$2" >/run/kvm-vm/agent.mjs
chmod 755 /run/kvm-vm/init
"$3" --socket-path=/run/kvm-vm/root.sock -o source=/ -o sandbox=chroot -o cache=always >&2 </dev/null &
until [ -S /run/kvm-vm/root.sock ]; do kill -0 $!; sleep 0.02; done
shift 3
exec 3<&0
"$@" </dev/null &
cat <&3 >/dev/null &
wait -n
`;

/**
 * Starts QEMU and the virtiofsd that shares this machine's files with it, in namespaces of their own. Standard output is the
 * console, standard error what QEMU and virtiofsd have to say. Everything ends with this process, or with the child.
 */
export function startVmProcess(parts: VmParts): ChildProcessWithoutNullStreams {
  const { name, kernel, disks, network, system = '' } = parts;
  const systemDisk = diskPath(disks.length - 1);
  const inside = insideScript({ name, modules: kernel.modules, node: process.execPath, system, systemDisk });
  const isolate = [
    ...['unshare', '--mount', '--pid', '--fork', '--kill-child', ...(network ? [] : ['--net']), '--'],
    ...[
      'bash',
      '--norc',
      '-c',
      outsideScript,
      'kvm-lab-vm',
      inside,
      agentScript,
      findVirtiofsd(),
      ...qemuCommand(parts),
    ],
  ];
  const [program = '', ...args] = network ? ['nsenter', `--net=${network.namespace}`, '--', ...isolate] : isolate;
  return startProgram([program, ...args], { cwd: '/' });
}

/** In Debian 12 a part of QEMU, from Debian 13 on a package of its own. */
function findVirtiofsd(): string {
  const found = ['/usr/libexec/virtiofsd', '/usr/lib/qemu/virtiofsd'].find(existsSync);
  if (found === undefined) {
    throw new LabError(
      'missing-program',
      'virtiofsd is not here, which shares files with a virtual machine: apt-get install qemu-system-common virtiofsd',
    );
  }
  return found;
}

/**
 * On a busy machine an emulated timer ticks too late for the kernel's check of it, on which it would panic. Interfaces keep their
 * names where there is a udevd, too.
 */
const kernelOptions = 'console=ttyS0 panic=-1 quiet no_timer_check mitigations=off net.ifnames=0';

function qemuCommand({ memoryMiB, cpus, kernel, accelerator, disks, network }: VmParts): string[] {
  return [
    ...['qemu-system-x86_64', '-nodefaults', '-display', 'none', '-no-reboot'],
    ...(accelerator === 'tcg' ? ['-accel', 'tcg,thread=multi', '-cpu', 'max'] : ['-accel', 'kvm', '-cpu', 'host']),
    ...['-machine', 'pc,memory-backend=memory', '-smp', String(cpus), '-m', `${memoryMiB}M`],
    ...['-object', `memory-backend-memfd,id=memory,size=${memoryMiB}M,share=on`],
    ...['-kernel', kernel.kernel, '-initrd', kernel.vmInitrd, '-append', kernelOptions],
    ...['-serial', 'stdio'],
    ...['-chardev', 'socket,id=root,path=/run/kvm-vm/root.sock'],
    ...['-device', 'vhost-user-fs-pci,chardev=root,tag=root'],
    ...['-chardev', `socket,id=line,path=${lineSocket},server=on,wait=off`],
    ...['-device', 'virtio-serial-pci', '-device', `virtserialport,chardev=line,name=${linePort}`],
    ...disks.flatMap((filename, index) => {
      // What the kernel of this machine has been given survives a power cut of the virtual one: flushing it adds nothing.
      const cache = { 'no-flush': true };
      const file = { driver: 'file', filename };
      const block = { driver: 'raw', 'node-name': `disk${index}`, discard: 'unmap', cache, file };
      return ['-blockdev', JSON.stringify(block), '-device', `virtio-blk-pci,drive=disk${index},serial=disk${index}`];
    }),
    ...(network?.taps ?? []).flatMap(({ name, mac }, index) => [
      ...['-netdev', `tap,id=net${index},ifname=${name},script=no,downscript=no`],
      ...['-device', `virtio-net-pci,netdev=net${index},mac=${mac}`],
    ]),
  ];
}
