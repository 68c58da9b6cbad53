import { needs } from '@kvm/ci/needs';
import { programContract } from '@kvm/ci/program-contract';
import { SshMachine } from '@kvm/ci/ssh-machine';
import { type Argv, runThrough, sshMaster, sshThrough } from '@kvm/command';
import { afterAll, beforeAll, describe } from 'vitest';
import { openMaster } from '../src/run/access/ssh-master.ts';
import { accessNamespaces, runner } from '../src/run/index.ts';

describe.skipIf(needs('root', 'unshare', 'nsenter', 'ssh', 'sshd', 'ssh-keygen'))(
  'programs are run the same way',
  () => {
    let machine: SshMachine;
    let master: ReturnType<typeof openMaster>;
    const ssh = { control: '/run/control', destination: 'root@127.0.0.1', port: 2222 };
    const inside = (command: Argv): Argv => machine.namespace.inside(command);

    beforeAll(async () => {
      machine = await SshMachine.start();
      machine.wishForAll();
      master = openMaster(inside(sshMaster(ssh, ['sh', '-c', 'echo open; exec cat >/dev/null'])), 'open');
      const fault = await master.opened;
      if (fault !== undefined) throw new Error(fault);
    });
    afterAll(async () => {
      await master?.end();
      await machine?.[Symbol.asyncDispose]();
    });

    describe('in namespaces', () => programContract(() => runner(accessNamespaces(machine.namespace.pid))));

    describe('over ssh', () => programContract(() => runThrough((command) => inside(sshThrough(ssh, command)))));
  },
);
