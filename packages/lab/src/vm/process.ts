import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { startProgram } from '@kvm/command';
import type { Accelerator } from '../accelerator.ts';
import { LabError } from '../errors.ts';
import { hidden } from '../identity.ts';
import type { GuestKernel } from '../kernel.ts';
import { agentScript, hasOwnFiles, insideScript, linePort } from './inside.ts';
import {
  confinedScript,
  diskWord,
  lineSocket,
  outsideScript,
  rootSocket,
  rootTag,
  systemSocket,
  systemTag,
  tapWord,
} from './outside.ts';

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
  /** Folders of users that it sees, too. */
  readonly share: readonly string[];
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

/**
 * Starts QEMU and the virtiofsd that shares this machine's files with it, in namespaces of their own: {@link outsideScript}.
 * Standard output is the console, standard error what QEMU and virtiofsd have to say. Everything ends with this process, or with
 * the child.
 */
export function startVmProcess(parts: VmParts): ChildProcessWithoutNullStreams {
  const { name, kernel, disks, network, system = '', share } = parts;
  const systemDisk = diskPath(disks.length - 1);
  const node = process.execPath;
  const inside = insideScript({ name, modules: kernel.modules, node, system, systemDisk });
  const shared = [...new Set([dirname(dirname(node)), ...share])].filter((folder) => hidden.test(folder));
  const own = hasOwnFiles(system) ? system : '';
  const bash = ['bash', '--norc', '-c'];
  const taps = (network?.taps ?? []).map((tap) => tap.name);
  const isolate = [
    ...['unshare', '--mount', '--pid', '--fork', '--kill-child', ...(network ? [] : ['--net']), '--'],
    ...[...bash, outsideScript, 'kvm-lab-vm', inside, agentScript, own, String(shared.length), ...shared],
    ...[String(taps.length), ...taps, String(disks.length), ...disks],
    ...[...bash, confinedScript, 'kvm-lab-vm', findVirtiofsd(), own, ...qemuCommand(parts)],
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

function qemuCommand({ memoryMiB, cpus, kernel, accelerator, disks, network, system = '' }: VmParts): string[] {
  return [
    ...['qemu-system-x86_64', '-nodefaults', '-display', 'none', '-no-reboot'],
    ...(accelerator === 'tcg' ? ['-accel', 'tcg,thread=multi', '-cpu', 'max'] : ['-accel', 'kvm', '-cpu', 'host']),
    ...['-machine', 'pc,memory-backend=memory', '-smp', String(cpus), '-m', `${memoryMiB}M`],
    ...['-object', `memory-backend-memfd,id=memory,size=${memoryMiB}M,share=on`],
    ...['-kernel', kernel.kernel, '-initrd', kernel.vmInitrd, '-append', kernelOptions],
    ...['-serial', 'stdio'],
    ...['-sandbox', 'on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny'],
    ...['-chardev', `socket,id=root,path=${rootSocket}`, '-device', `vhost-user-fs-pci,chardev=root,tag=${rootTag}`],
    ...(hasOwnFiles(system)
      ? ['-chardev', `socket,id=sys,path=${systemSocket}`, '-device', `vhost-user-fs-pci,chardev=sys,tag=${systemTag}`]
      : []),
    ...['-chardev', `socket,id=line,path=${lineSocket},server=on,wait=off`],
    ...['-device', 'virtio-serial-pci', '-device', `virtserialport,chardev=line,name=${linePort}`],
    ...disks.flatMap((_, index) => {
      // What the kernel of this machine has been given survives a power cut of the virtual one: flushing it adds nothing.
      const cache = { 'no-flush': true };
      const file = { driver: 'file', filename: `/dev/fdset/${index}` };
      const block = { driver: 'raw', 'node-name': `disk${index}`, discard: 'unmap', cache, file };
      const open = ['-add-fd', `fd=${diskWord(index)},set=${index}`];
      return [
        ...open,
        '-blockdev',
        JSON.stringify(block),
        '-device',
        `virtio-blk-pci,drive=disk${index},serial=disk${index}`,
      ];
    }),
    ...(network?.taps ?? []).flatMap(({ mac }, index) => [
      ...['-netdev', `tap,id=net${index},fd=${tapWord(index)}`],
      ...['-device', `virtio-net-pci,netdev=net${index},mac=${mac}`],
    ]),
  ];
}
