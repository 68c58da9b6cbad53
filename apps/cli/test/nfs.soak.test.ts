import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { daemonsFolder } from '@kvm/ci/daemons';
import { needs } from '@kvm/ci/needs';
import { startVmHost, type VmHost } from '@kvm/lab';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kvmctl } from './bundled.ts';
import { patience } from './patience.ts';

const inventory = `
host: { name: management, address: 192.168.100.1/24 }
guests: { common: { vmid: 60 }, web: { vmid: 65 }, db: { vmid: 61 } }
shared:
  server: common
  auth: false
  logs: false
  mail: false
  dns: false
  time: false
  files:
    clients: { db: systemd }
    exports:
      home: { path: /srv/nfs/home, mount: /nfs/home }
      archive: { path: /srv/nfs/archive, mount: /nfs/archive, readOnly: true, guests: [web] }
`;
const clients = { web: '172.16.65.1', db: '172.16.61.1', stranger: '172.16.99.1' };

/** The server is the machine itself; its clients have networks and mounts of their own. Modules come before /usr is covered. */
const prepare = (daemons: string): string => `
set -e
modprobe -a nfsd nfs nfsv4 autofs4 veth bridge
mount -t overlay -o lowerdir=${daemons}/usr:/usr overlay /usr
# What Debian keeps from others cannot be read here, and nothing here reads it.
cp -an ${daemons}/etc/. /etc/ || :
# What autofs' package puts there when it is installed.
cp -an /usr/share/autofs/conffiles/. /etc/
cp -an ${daemons}/var/lib/. /var/lib/
echo '172.16.60.1 common.home.arpa common' >>/etc/hosts
ip link set lo up
ip link add lan type bridge; ip link set lan up; ip address add 172.16.60.1/12 dev lan
mkdir -p /run/netns
for client in ${Object.entries(clients)
  .map(([name, address]) => `${name}=${address}`)
  .join(' ')}; do
  name=\${client%%=*}
  ip netns add $name
  ip link add $name type veth peer name eth0 netns $name
  ip link set $name master lan up
  ip -n $name address add \${client#*=}/12 dev eth0; ip -n $name link set eth0 up; ip -n $name link set lo up
done
touch /etc/exports
mkfs.ext4 -q /dev/vda; mkdir -p /export; mount /dev/vda /export
# The machine's own root is laid over another file system, which NFS cannot serve: the server's begins on a disk.
mkdir -p /etc/nfs.conf.d; printf '[exports]\\nrootdir=/export\\n' >/etc/nfs.conf.d/root.conf
mount -t nfsd nfsd /proc/fs/nfsd
mkdir -p /var/lib/nfs/v4recovery /var/lib/nfs/rpc_pipefs /nfs/home /nfs/archive
mount -t rpc_pipefs rpc_pipefs /var/lib/nfs/rpc_pipefs
`;

describe.skipIf(needs('root', 'qemu-system-x86_64', 'apt-get', 'openssl'))(
  'files of a common server',
  { timeout: patience },
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'kvmctl-nfs-'));
    let vm: VmHost;

    const sh = (script: string) => vm.exec(['bash', '--norc', '-c', script], { timeoutMs: patience });
    async function must(script: string): Promise<string> {
      const { exitCode, stdout, stderr } = await sh(script);
      if (exitCode !== 0) throw new Error(`${script}\nended with ${exitCode}: ${stderr} ${stdout}`);
      return stdout;
    }
    /** On a client, whose mounts are gone afterwards. */
    const on = (client: keyof typeof clients, script: string) =>
      sh(`ip netns exec ${client} unshare --mount --propagation private bash --norc -c '${script}'`);

    /** Puts a machine's files in place, as rendered. */
    async function install(machine: string): Promise<void> {
      const root = join(folder, 'tree', machine, 'root');
      for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const path = join(entry.parentPath, entry.name);
        const { exitCode } = await vm.exec(
          ['sh', '-c', 'mkdir -p "$(dirname "$0")"; cat >"$0"', path.slice(root.length)],
          {
            input: readFileSync(path, 'utf8'),
          },
        );
        expect(exitCode).toBe(0);
      }
    }

    beforeAll(async () => {
      const daemons = await daemonsFolder();
      writeFileSync(join(folder, 'inventory.yaml'), inventory);
      const rendered = kvmctl(['services', 'render', '-o', 'tree', '--secrets', 'secrets'], { cwd: folder });
      expect(rendered, rendered.stderr).toMatchObject({ status: 0 });
      vm = await startVmHost({ name: 'common', disks: [{ bytes: 2 ** 26 }, { bytes: 2 ** 26 }, { bytes: 2 ** 26 }] });
      await must(prepare(daemons));
      for (const machine of ['common', 'web', 'db']) await install(machine);
      await must(`set -e
      # Each export is a volume of its own.
      mkdir -p /export/srv/nfs/home /export/srv/nfs/archive
      mkfs.ext4 -q /dev/vdb; mount /dev/vdb /export/srv/nfs/home; chmod 1777 /export/srv/nfs/home
      mkfs.ext4 -q /dev/vdc; mount /dev/vdc /export/srv/nfs/archive; echo old >/export/srv/nfs/archive/letter
      exportfs -ra; rpc.mountd; rpc.nfsd 2`);
    }, patience);
    afterAll(async () => {
      await vm?.[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    });

    const automount =
      'automount --pid-file /run/automount.pid; for i in $(seq 100); do grep -q "/nfs/home autofs" /proc/mounts && break; sleep 0.1; done';

    /** A second one would not start beside it. */
    const automountEnds =
      'pid=$(cat /run/automount.pid); kill $pid; while kill -0 $pid 2>/dev/null; do sleep 0.1; done';

    test('autofs mounts what someone looks at; what is written there is on the server, by nobody when by root', async () => {
      const script = `${automount}; echo from web >/nfs/home/note && cat /nfs/home/note /nfs/archive/letter && grep -o "^common.home.arpa:/srv/nfs/home /nfs/home nfs4 .*vers=4.2" /proc/mounts; ${automountEnds}`;
      const { exitCode, stdout, stderr } = await on('web', script);
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
      expect(stdout).toMatch(/^from web\nold\ncommon\.home\.arpa:\/srv\/nfs\/home \/nfs\/home nfs4 /);
      expect(await must('stat -c "%U" /export/srv/nfs/home/note; cat /export/srv/nfs/home/note')).toBe(
        'nobody\nfrom web\n',
      );
    });

    test('what is to be read only is not written', async () => {
      const { exitCode, stderr } = await on(
        'web',
        `${automount}; echo x >/nfs/archive/letter; code=$?; ${automountEnds}; exit $code`,
      );
      expect(exitCode).not.toBe(0);
      expect(stderr).toContain('Read-only file system');
    });

    /** As systemd would by the unit, which is read here. */
    const byUnit = (unit: string): string => {
      const text = readFileSync(join(folder, 'tree/db/root/etc/systemd/system', unit), 'utf8');
      const value = (key: string): string => new RegExp(`^${key}=(.*)$`, 'm').exec(text)?.[1] ?? '';
      return `mount -t ${value('Type')} -o ${value('Options')} ${value('What')} ${value('Where')}`;
    };

    test("a mount unit's words mount the same", async () => {
      const { exitCode, stdout, stderr } = await on('db', `${byUnit('nfs-home.mount')} && cat /nfs/home/note`);
      expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: 'from web\n', stderr: '' });
    });

    test('a machine that is not listed gets nothing, a guest nothing that is not for it, and nobody version 3', async () => {
      const mount = (path: string, version = '4.2') =>
        `mount -t nfs -o vers=${version},soft,retry=0,timeo=50 common.home.arpa:${path} /mnt`;
      expect((await on('stranger', mount('/srv/nfs/home'))).stderr).toMatch(/denied|No such file/);
      expect((await on('db', mount('/srv/nfs/archive'))).stderr).toMatch(/denied|No such file/);
      expect((await on('web', `${mount('/srv/nfs/archive')} && cat /mnt/letter`)).stdout).toBe('old\n');
      expect((await on('web', mount('/srv/nfs/home', '3'))).exitCode).not.toBe(0);
    });
  },
);
