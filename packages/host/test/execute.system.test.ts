import { type Daemon, startDaemon } from '@kvm/ci/libvirt-daemon';
import { needs } from '@kvm/ci/needs';
import { runHere } from '@kvm/command';
import { type Connection, connect } from '@kvm/libvirt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StepAction } from '../src/index.ts';
import { execute } from '../src/run/apply/execute.ts';
import { desired } from './host-as-desired.ts';

const [public65] = desired('  public: { vmid: 65, disks: { root: 1 GiB } }').guests;
if (public65 === undefined) throw new Error('no guest');
const { uuid, domain } = public65;

/** Of libvirt's driver that only pretends: it has one domain, `test`. */
describe.skipIf(needs('root', 'unshare', 'libvirtd'))(
  'a domain that was given the name of the one that was planned for',
  () => {
    let daemon: Daemon;
    let connection: Connection;
    beforeAll(async () => {
      daemon = await startDaemon();
      connection = await connect({ socket: daemon.socket, uri: 'test:///default' });
    });
    afterAll(async () => {
      connection.close();
      await daemon[Symbol.asyncDispose]();
    });

    const guest = 'test';
    const actions: readonly StepAction[] = [
      { kind: 'resize disk', guest, uuid, disk: 'vda', bytes: 2 ** 31 },
      { kind: 'attach disk', guest, uuid, disk: 'vda', domain },
      { kind: 'set memory', guest, uuid, kib: 2 ** 20 },
      { kind: 'autostart', guest, uuid, on: true },
      { kind: 'resume', guest, uuid },
      { kind: 'stop', guest, uuid, replaces: [] },
      { kind: 'restart', guest, uuid, replaces: [] },
      { kind: 'undefine', guest, uuid },
      { kind: 'start', guest, uuid, delaySeconds: 0 },
    ];

    test.each(actions)('is left alone: $kind', async (action) => {
      const there = await connection.domain(guest);
      if (action.kind === 'resume') await there.suspend();
      if (action.kind === 'start') await there.destroy();
      const state = async () => [await there.state(), await there.xml(), await there.autostart()];
      const before = await state();
      const refused = { code: expect.stringMatching(/VIR_ERR_NO_DOMAIN|state-kept/) };
      await expect(execute(action, { run: runHere, connection })).rejects.toMatchObject(refused);
      expect(await state()).toEqual(before);
    });
  },
);
