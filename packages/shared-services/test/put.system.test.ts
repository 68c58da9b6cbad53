import { needs } from '@kvm/ci/needs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MachineSetup, renderServices, type SharedServices } from '../src/index.ts';
import { compareSetup, isDue, makeSecrets, putSetup, type RunProgram, withSecrets } from '../src/run/index.ts';
import { by, guests, names } from './declared.ts';
import { Room } from './room.ts';

const services: SharedServices = {
  ...names,
  mail: { ...by('msmtp', 'msmtp'), aliases: [], relay: [] },
  time: { ...by('chrony', 'chrony'), upstreams: [], hostClock: false },
};

describe.skipIf(needs('root', 'unshare', 'apt-get', 'openssl'))("a machine's files are put there", () => {
  let room: Room;
  let setups: MachineSetup[];
  const on =
    (machine: string): RunProgram =>
    (command, input) =>
      room.exec(machine, command, input);

  beforeAll(async () => {
    room = await Room.open(guests);
    await makeSecrets(services, { folder: room.secrets });
    setups = await withSecrets(renderServices(services), room.secrets);
    // The room's programs are unpacked, without dpkg's knowledge.
    for (const { machine, packages } of setups) {
      const stanza = (name: string): string =>
        `\nPackage: ${name}\nStatus: install ok installed\nMaintainer: room\nArchitecture: all\nVersion: 1\nDescription: room\n`;
      await room.run(machine, 'cat >>/var/lib/dpkg/status', packages.map(stanza).join(''));
    }
  });
  afterAll(() => room?.[Symbol.asyncDispose]());

  test('each with its owner and mode, and their programs take them; a second time there is nothing to do', async () => {
    for (const setup of setups) {
      const run = on(setup.machine);
      const difference = await compareSetup(setup, run);
      expect(difference).toMatchObject({ packages: [], interrupted: false });
      expect(difference.files.map(({ file }) => file.path)).toEqual(setup.files.map(({ path }) => path));
      expect(await putSetup(setup, difference, run)).toMatchObject({ restarted: [] });
      expect(isDue(await compareSetup(setup, run))).toBe(false);
      for (const { path, mode, owner, group } of setup.files)
        expect(await room.run(setup.machine, `stat -c '%a %U %G' ${path}`)).toBe(
          `${mode.toString(8)} ${owner} ${group}`,
        );
    }
    await room.run('common', 'dnsmasq --test -C /etc/dnsmasq.d/kvm.conf');
    await room.run('web', 'chronyd -p -f /etc/chrony/chrony.conf');
  });

  test('killed at any step, the next run puts what is missing and tells the programs', async () => {
    const [setup] = setups;
    if (setup === undefined) throw new Error('no machine');
    const paths = setup.files.map(({ path }) => path);
    for (let last = 0; ; last += 1) {
      await room.run(setup.machine, `rm -f ${paths.slice(0, 3).join(' ')}; chmod 600 ${paths[3]}`);
      const run = on(setup.machine);
      const difference = await compareSetup(setup, run);
      let steps = 0;
      const dying: RunProgram = async (command, input) => {
        if (steps++ === last) throw new Error('killed');
        return await run(command, input);
      };
      const died = await putSetup(setup, difference, dying).then(
        () => false,
        () => true,
      );
      const left = await compareSetup(setup, run);
      // Everything is to be told again, until all was told.
      if (died) expect([last, left.interrupted]).toEqual([last, last > 0]);
      await putSetup(setup, left, run);
      expect(await compareSetup(setup, run)).toMatchObject({ files: [], interrupted: false });
      if (!died) return;
    }
  });
});
