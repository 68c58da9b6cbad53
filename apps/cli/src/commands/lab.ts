import type { Command } from 'commander';
import type { Session } from '../session.ts';
import { addLabDown } from './lab/down.ts';
import { addLabExec } from './lab/exec.ts';
import { addLabTest } from './lab/test.ts';
import { addLabUp } from './lab/up.ts';
import { addLabVm } from './lab/vm.ts';

export function addLab(program: Command, session: Session): void {
  const lab = program
    .command('lab')
    .summary('play the inventory on this machine, with real packets')
    .description(
      'Plays the inventory on this machine: the host and the other machines as network namespaces, the guests as tiny ' +
        'virtual machines under a libvirtd of their own. Needs root; touches nothing else.',
    );
  addLabUp(lab, session);
  addLabTest(lab, session);
  addLabExec(lab, session);
  addLabDown(lab, session);
  addLabVm(lab, session);
}
