import { programEnvironment } from '@kvm/command';
import { execa as plain } from 'execa';

/** execa with the environment of every program that is run as root: nothing of the working folder is found by its PATH. */
export const execa = plain({ env: programEnvironment(process.env), extendEnv: false });
