import { mustRunOr } from '@kvm/command';
import { ServicesError } from '../index.ts';

/** Runs a program that must succeed. @throws ServicesError `program-failed` with what the program said */
export const mustRun = mustRunOr((reason) => new ServicesError('program-failed', reason));
