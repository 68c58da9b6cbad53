import type { Argv } from '@kvm/command';
import { type Connection, connect } from '@kvm/libvirt';

/** How a host is reached: this machine, a namespace of it, another one. */
export interface HostAccess {
  /** The host's name, for messages. */
  readonly name: string;
  /** The command here that runs a command there. */
  command(argv: Argv): Argv;
  /** A connection to its libvirtd. */
  connect(): Promise<Connection>;
  /** Aborted once there is no way to it any more; absent where that cannot happen. The reason is a HostError. */
  readonly gone?: AbortSignal;
}

/** This machine. */
export function accessHere(): HostAccess {
  return { name: 'this machine', command: (argv) => argv, connect: () => connect() };
}

/** The namespaces of a process of this machine, with its files. */
export function accessNamespaces(pid: number): HostAccess {
  const socket = `/proc/${pid}/root/run/libvirt/libvirt-sock`;
  return {
    name: `the namespaces of process ${pid}`,
    command: (argv) => ['nsenter', '--all', '-t', String(pid), '--wdns=/', '--', ...argv],
    connect: () => connect({ socket }),
  };
}
