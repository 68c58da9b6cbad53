import { type RunProgram, runThrough } from '@kvm/command';
import type { HostAccess } from './access.ts';

/** Runs programs on the host. */
export const runner = (access: HostAccess): RunProgram => runThrough((argv) => access.command(argv));
