import { readFileSync } from 'node:fs';
import { needs } from '@kvm/ci/needs';
import { deriveDesired } from '@kvm/host';
import { parseInventory } from '@kvm/inventory';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { DebianMachines } from './debian-machines.ts';
import { patience } from './patience.ts';

const inventory = `
host: { name: management, address: 192.168.100.1/24 }
guests: { common: { vmid: 60, disks: { disk1: 1 GiB, disk2: 1 GiB } }, web: { vmid: 65 }, db: { vmid: 61 } }
shared:
  server: common
  auth: { clients: { db: nslcd } }
  logs: { clients: { db: journald } }
  files:
    clients: { db: systemd }
    exports:
      home: { path: /srv/nfs/home, mount: /nfs/home, disk: disk1 }
      archive: { path: /srv/nfs/archive, mount: /nfs/archive, disk: disk2, readOnly: true, guests: [web] }
  mail: { clients: { db: ssmtp }, aliases: { ops: root } }
  dns: { clients: { db: systemd-resolved } }
  time: { clients: { db: timesyncd } }
`;
const guests = ['web', 'db'];
const addresses: Record<string, string> = { common: '172.16.60.1', web: '172.16.65.1', db: '172.16.61.1' };

/** A virtual machine's own files are an overlay, which NFS cannot serve: what is served lies on a disk. */
const folderOnDisk = `set -e
mkfs.ext4 -q /dev/vda; mkdir /export; mount /dev/vda /export
mkdir /export/srv; mount --bind /export/srv /srv
mkdir -p /etc/nfs.conf.d; printf '[exports]\\nrootdir=/export\\n' >/etc/nfs.conf.d/root.conf`;

/** What a person who runs the directory writes: two people with a key, of whom one may log in. */
const people = (key: string): string => `${['alice', 'bob']
  .map(
    (name, index) => `dn: uid=${name},ou=people,dc=home,dc=arpa
objectClass: inetOrgPerson
objectClass: posixAccount
objectClass: ldapPublicKey
uid: ${name}
cn: ${name}
sn: ${name}
uidNumber: ${20001 + index}
gidNumber: ${20001 + index}
homeDirectory: /home/${name}
loginShell: /bin/bash
userPassword: correct horse
sshPublicKey: ${key}
`,
  )
  .join('\n')}
dn: cn=login,ou=groups,dc=home,dc=arpa
changetype: modify
add: member
member: uid=alice,ou=people,dc=home,dc=arpa
`;

describe.skipIf(needs('root', 'qemu-system-x86_64', 'mmdebstrap', 'ssh', 'ssh-keygen', 'openssl'))(
  'Debian machines with systemd, of which one serves the others',
  { timeout: 3 * patience },
  () => {
    let machines: DebianMachines;
    const services = (...words: string[]) =>
      machines.kvmctl('services', ...words, '--secrets', machines.file('secrets'), '--ssh');

    beforeAll(async () => {
      machines = await DebianMachines.open(inventory, '172.16.0.254/12');
      const { shared } = deriveDesired(parseInventory(inventory));
      // Side by side: each waits for its own systemd.
      await Promise.all(
        (shared?.machines ?? []).map(({ machine, packages }) =>
          machines.add({
            name: machine,
            address: `${addresses[machine]}/12`,
            packages,
            disks: machine === 'common' ? 3 : 1,
          }),
        ),
      );
      await machines.must('common', folderOnDisk);
    }, patience);
    afterAll(() => machines?.[Symbol.asyncDispose]());

    /** What somebody does at a guest's door, with the key of the laptop. @returns what it printed, or that it was not let in */
    const logsIn = async (who: string, guest: string, command: string): Promise<string> => {
      const { exitCode, stdout, stderr } = await machines.onLaptop('ssh', `${who}@${addresses[guest]}`, command);
      return exitCode === 255 ? 'not let in' : stdout + stderr;
    };
    /** The same with a password. */
    const becomes = async (who: string, guest: string, command: string): Promise<string> => {
      const su = `echo 'correct horse' | runuser -u nobody -- su - ${who} -c '${command}'`;
      const { exitCode, stdout } = await machines.sh(guest, su);
      return exitCode === 0 ? stdout : 'not let in';
    };

    test('the files come by `services apply`, and systemd starts what uses them', async () => {
      const applied = await services('apply', '--yes');
      expect(applied, applied.stdout + applied.stderr).toMatchObject({ exitCode: 0 });
      expect(await services('drift')).toMatchObject({ exitCode: 0, stderr: '' });
      for (const machine of Object.keys(addresses))
        expect(await machines.sh(machine, 'systemctl --failed --plain --no-legend')).toMatchObject({ stdout: '' });
    });

    test.each([...guests, 'common'])('the doctor finds everything well on %s', async (guest) => {
      await vi.waitFor(
        async () => {
          const { stdout } = await machines.kvmctl('doctor', guest, '--ssh', `root@${addresses[guest]}`, '--json');
          const probes: { verdict: string }[] = JSON.parse(stdout).probes;
          expect(probes.filter(({ verdict }) => verdict !== 'good')).toEqual([]);
        },
        { timeout: 300_000, interval: 5000 },
      );
    });

    test('people log in by their key and their password, and find what they wrote on another guest', async () => {
      const key = readFileSync(machines.file('key.pub'), 'utf8').trim();
      await machines.must('common', `ldapadd -Q -Y EXTERNAL -H ldapi:/// <<'EOF'\n${people(key)}EOF`);
      await machines.must('common', 'install -d -o 20001 -g 20001 -m 0700 /srv/nfs/home/alice');
      const note = '/nfs/home/alice/note';
      expect(await logsIn('alice', 'web', `id -un; pwd; echo from web >${note}`)).toBe('alice\n/home/alice\n');
      expect(await becomes('alice', 'db', `id -un; pwd; cat ${note}`)).toBe('alice\n/home/alice\nfrom web\n');
      expect(await logsIn('bob', 'web', 'id -un')).toBe('not let in');
      expect(await becomes('bob', 'db', 'id -un')).toBe('not let in');
      expect(await machines.sh('db', `cat ${note}`)).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining('Permission denied'),
      });
    });

    test('what they send and what they log is at the server', async () => {
      const words = (guest: string): string =>
        `logger -t trial "a line of ${guest}";` +
        `printf "Subject: by ${guest}\\n\\nhello\\n" | /usr/sbin/sendmail ops@home.arpa`;
      expect(await logsIn('alice', 'web', words('web'))).toBe('');
      expect(await becomes('alice', 'db', words('db'))).toBe('');
      const there = [
        ...guests.map((guest) => `grep "^Subject: by ${guest}" /var/mail/kvm-root`),
        'grep "a line of web" /var/log/guests/web.home.arpa/*.log',
        'journalctl -D /var/log/journal/remote -o short | grep " db .*a line of db"',
      ];
      for (const look of there) await machines.must('common', `timeout 120 sh -c 'until ${look}; do sleep 1; done'`);
    });
  },
);
