import { mustRunOr } from '@kvm/command';
import { HostError } from '../../errors.ts';

/** Runs a program that must succeed. @throws HostError `command-failed` with what the program said */
export const mustRun = mustRunOr((reason) => new HostError('command-failed', reason));
