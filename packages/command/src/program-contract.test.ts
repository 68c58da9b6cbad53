import { programContract } from '@kvm/ci/program-contract';
import { describe } from 'vitest';
import { runHere, runThrough } from './run-here.ts';

describe('here', () => programContract(() => runHere));

// As a namespace or ssh is: what is given on is another program's words, in another environment.
describe('through another program', () =>
  programContract(() => runThrough((command) => ['env', '-i', 'PATH=.', 'LC_ALL=de_DE', ...command])));
