import { mustRunOr } from '@kvm/command';
import { FirewallError } from '../index.ts';

/** Runs a program that must succeed. @throws FirewallError `apply-failed` with what the program said */
export const mustRun = mustRunOr((reason) => new FirewallError('apply-failed', reason));
