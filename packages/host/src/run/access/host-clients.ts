import type { RunProgram } from '@kvm/command';
import type { Connection } from '@kvm/libvirt';

/** How a host is reached: its programs, and its libvirtd. */
export interface HostClients {
  readonly run: RunProgram;
  readonly connection: Connection;
}
