import { needs } from '@kvm/ci/needs';
import { startVmHost, type VmHost } from '@kvm/lab';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kvmctlScript } from './bare-host.ts';
import { patience } from './patience.ts';

const inventory = `
host: { name: vmhost, address: 192.168.100.1/24 }
defaults: { disks: { root: 8 MiB, var: none, swap: none } }
guests: { a: { vmid: 65 }, b: { vmid: 66 } }
`;

/** A disk of the guest `a`, and a snapshot of it. */
const ours = `lvcreate -qqy -L 8M -n a.root --addtag kvm:a/root vg /dev/vda
  lvcreate -qqy -s -L 8M -n a.root.mon --addtag kvm.snapshot:a/root#mon vg/a.root`;
const thinPool = 'lvcreate -qqy -L 32M -T vg/pool';
const oursThin = `${thinPool}; lvcreate -qqy -V 8M -T vg/pool -n a.root --addtag kvm:a/root
  lvcreate -qqy -s -kn -n a.root.mon --addtag kvm.snapshot:a/root#mon vg/a.root`;
const theirs = (name: string, more = '', disk = '/dev/vda'): string =>
  `lvcreate -qqy -L 8M -n ${name} ${more} vg ${disk}; yes ${name} | dd of=/dev/vg/${name} bs=1M count=8 iflag=fullblock oflag=direct status=none`;

/** How volumes of others stand to those of `a`, in each relation that LVM knows. */
const relations: Readonly<Record<string, string>> = {
  'nobody else is there': ours,
  'thin, nobody else is there': oursThin,
  'the names of our disk and snapshot, untagged': `${theirs('a.root')}; lvcreate -qqy -s -L 4M -n a.root.mon vg/a.root`,
  "the names of our disk and snapshot, another guest's": `${theirs('a.root', '--addtag kvm:b/root')}
    lvcreate -qqy -s -L 4M -n a.root.mon --addtag kvm.snapshot:b/root#mon vg/a.root`,
  'two tags of ours': theirs('a.root', '--addtag kvm:a/root --addtag kvm:b/root'),
  'names that our verbs make': `${ours}; for name in a.root.new a.root.new.renewed b.root a.root.replaced a.root.rolling a.root.copying; do
    ${theirs('$name', '', '/dev/vdb')}; done`,
  'on the same disk': `${ours}; ${theirs('x')}`,
  'a snapshot of ours': `${ours}; lvcreate -qqy -s -L 8M -n x vg/a.root`,
  'a volume whose snapshot has the name of ours': `${theirs('x')}; lvcreate -qqy -L 8M -n a.root --addtag kvm:a/root vg
    lvcreate -qqy -s -L 4M -n a.root.mon vg/x`,
  'a thin clone that reads from ours': `${thinPool}; ${theirs('a.root', '--addtag kvm:a/root')}
    lvchange -qq -an -pr vg/a.root; lvcreate -qqy -s --thinpool vg/pool vg/a.root -n x`,
  'a thin clone of another pool, of ours': `${oursThin}; lvcreate -qqy -L 16M -T vg/other; lvchange -qq -an vg/a.root; lvchange -qq -pr vg/a.root
    lvcreate -qqy -s --thinpool vg/other vg/a.root -n x`,
  'a thin snapshot of ours': `${oursThin}; lvcreate -qqy -s -kn -n x vg/a.root`,
  'a thin snapshot of a snapshot of ours': `${oursThin}; lvcreate -qqy -s -kn -n x vg/a.root.mon`,
  'a thin clone of ours, a disk of another guest': `${oursThin}; lvcreate -qqy -s -kn -n c.root --addtag kvm:c/root vg/a.root`,
  'in a pool that bears our tag': `lvcreate -qqy -L 32M -T vg/a.root; lvchange -qq --addtag kvm:a/root vg/a.root
    lvcreate -qqy -V 8M -T vg/a.root -n x`,
  'a cache of ours': `lvcreate -qqy -L 8M -n a.root --addtag kvm:a/root vg /dev/vda; lvcreate -qqy -L 8M -n fast vg /dev/vdb
    lvconvert -qqy --type cache --cachevol fast vg/a.root`,
  'a physical volume in ours': `lvcreate -qqy -L 16M -n a.root --addtag kvm:a/root vg /dev/vda
    vgcreate -qq --config 'devices{scan_lvs=1}' inner /dev/vg/a.root; sed -i 's/^devices {/devices { scan_lvs=1/' /etc/lvm/lvmlocal.conf
    lvcreate -qqy -L 4M -n x inner; vgchange -qq -an inner`,
  'a group of the same name': `${ours}; vgcreate -qq -s 1M other /dev/vdd; lvcreate -qqy -L 8M -n a.root --addtag kvm:a/root other; vgchange -qq -an other
    only='devices { filter=["a|/dev/vdd|","r|.*|"] }'; mv /dev/vg /dev/vg.aside; vgrename -qq --config "$only" other vg; mv /dev/vg.aside /dev/vg`,
};

const links = '/dev/disk/by-id';
/** Every verb, of the guest `a`, what destroys last. */
const verbs: readonly string[] = [
  'list',
  'create a',
  'snapshot a new --size 4MiB',
  'snapshot a new --size 4MiB --renew',
  'clone a b',
  'backup a root /backup',
  'grow a root +4MiB',
  `move a --from ${links}/a --to ${links}/b,${links}/second-b`,
  `move a root --to ${links}/c`,
  'move a --abort --confirm=a',
  `evacuate ${links}/a --confirm=${links}/a`,
  'evacuate /dev/vdd --confirm=/dev/vdd',
  'rollback a mon --confirm=a -n',
  'rollback a mon --confirm=a',
  'remove a root.mon --confirm=a',
  'remove a root --confirm=a',
  'restore /backup a root',
];

interface Tried {
  readonly exitCode: number;
  readonly said: string;
  /** Identities of what is there afterwards. */
  readonly after: readonly string[];
  readonly lost: readonly string[];
}

/**
 * What is not `a`'s alone: its identity, where it lies, and what is on it. LVM forgets of which volume a thin one is a snapshot once
 * that one is rolled back; and the other guest's disks, which are ours, too, evacuate may move.
 */
const fingerprint = `lvs --noheadings --separator ';' --segments -o vg_uuid,lv_uuid,vg_name,lv_name,lv_tags,lv_layout,origin,pool_lv,lv_size,seg_pe_ranges --units b 2>/dev/null |
  sed 's/^ *//' | while IFS=';' read -r vgid id vg name tags layout rest; do
    [[ $tags =~ ^kvm(\\.[a-z]+)?:a/[^,]*$ && $layout != *pool* ]] && continue
    [[ $layout != thin* ]] || rest=";\${rest#*;}"
    [[ ! $tags =~ ^kvm(\\.[a-z]+)?:b/[^,]*$ ]] || rest=\${rest%;*}
    sum=$([ -e "/dev/$vg/$name" ] && [[ $layout != *pool* ]] && sha256sum <"/dev/$vg/$name")
    echo "$vgid $id $vg/$name [$tags] $layout $rest $sum"
  done`;

describe.skipIf(needs('root', 'qemu-system-x86_64', 'vgcreate', 'thin_check', 'cache_check', 'zstd'))(
  'on a host with volumes of others',
  { timeout: 7_200_000 },
  () => {
    let vm: VmHost;
    const sh = (script: string) => vm.exec(['bash', '--norc', '-c', script], { timeoutMs: patience });
    async function must(script: string): Promise<string> {
      const { exitCode, stdout, stderr } = await sh(script);
      if (exitCode !== 0) throw new Error(`${script}\nended with ${exitCode}: ${stderr}`);
      return stdout;
    }
    const disk = (words: string) => sh(kvmctlScript(inventory, ['disk', words]));

    beforeAll(async () => {
      vm = await startVmHost({ disks: Array.from({ length: 4 }, () => ({ bytes: 128 * 2 ** 20 })) });
      await must(`mount -t tmpfs tmpfs /var/log; for module in dm_mirror dm_snapshot dm_thin_pool dm_cache dm_cache_smq; do modprobe $module; done
        mkdir -p ${links}; ln -sf /dev/vda ${links}/a; ln -sf ../../vdb ${links}/b; ln -sf /dev/vdb ${links}/second-b; ln -sf /dev/vdc ${links}/c`);
    }, patience);
    afterAll(() => vm?.[Symbol.asyncDispose]());

    const begin = (relation: string): Promise<string> =>
      must(`printf '%s\\n' 'devices { filter=["a|/dev/vd[a-d]|","a|/dev/vg/|","r|.*|"]' '}' 'activation { monitoring=0 udev_sync=0 udev_rules=0 }' 'backup { backup=0 archive=0 }' >/etc/lvm/lvmlocal.conf
        dmsetup remove_all --force; dmsetup mknodes; rm -rf /dev/vg /backup*
        for disk in /dev/vd[a-d]; do dd if=/dev/zero of=$disk bs=1M count=1 oflag=direct status=none; done
        vgcreate -qq -s 1M vg /dev/vda /dev/vdb /dev/vdc
        set -e; ${relation}`);

    test('two backups of one disk at once; one that is killed is swept up by the next', async () => {
      await begin(`${ours}; yes content | dd of=/dev/vg/a.root bs=1M count=8 iflag=fullblock oflag=direct status=none
        head -c 8M /dev/urandom | dd of=/dev/vg/a.root oflag=direct bs=1M iflag=fullblock status=none`);
      const sum = await must('sha256sum </dev/vg/a.root');
      const copies = async () => (await must('lvs --noheadings -o lv_name vg | grep -c copying || true')).trim();
      // Nobody reads what the first one writes until the second has ended.
      await must(`mkfifo /backup.pipe; cat >/run/first.sh <<'END'
${kvmctlScript(inventory, ['disk', 'backup a root -'])}
END
        setsid sh /run/first.sh >/backup.pipe 2>/dev/null & echo $! >/run/first.pid
        exec 7</backup.pipe; head -c 1 <&7 >/backup.first; sleep 100000 <&7 >/dev/null 2>&1 & echo $! >/run/reader.pid`);
      expect(await copies()).toBe('1');
      expect(await disk('backup a root /backup.second')).toMatchObject({ exitCode: 0 });
      expect(await copies()).toBe('1');
      expect(await must('zstd -qdc /backup.second | sha256sum')).toBe(sum);
      await must('kill -KILL -- -$(cat /run/first.pid); kill $(cat /run/reader.pid); sleep 1');
      expect(await copies()).toBe('1');
      expect(await disk('backup a root /backup.third')).toMatchObject({ exitCode: 0 });
      expect(await copies()).toBe('0');
    });

    test("a guest's move is taken back, and somebody else's goes on", async () => {
      await begin(`${ours.split('\n')[0]}; ${theirs('x', '', '/dev/vdb')}`);
      const never = '--atomic -b -i +1161000000';
      await must(`pvmove ${never} -n vg/a.root /dev/vda /dev/vdc; pvmove ${never} -n vg/x /dev/vdb /dev/vdc`);
      const moving = async () => (await must('lvs -a --noheadings -o move_pv vg')).trim().split(/\s+/);
      expect((await moving()).sort()).toEqual(['/dev/vda', '/dev/vdb']);
      expect(await disk('move a --abort')).toMatchObject({ exitCode: 64 });
      expect(await disk('move a --abort --confirm=a')).toMatchObject({
        exitCode: 0,
        stderr: 'a.root lies where it was\n',
      });
      expect(await moving()).toEqual(['/dev/vdb']);
    });

    const identities = async (): Promise<readonly string[]> => (await must(fingerprint)).split('\n').filter(Boolean);

    /** @returns the command's end, and what is lost or changed of others' volumes */
    async function tryVerb(verb: string, before: readonly string[]): Promise<Tried> {
      const { exitCode, stderr } = await disk(verb);
      const after = await identities();
      const said = `${exitCode} ${verb}: ${stderr.trim().split('\n').at(-1)}`;
      return { exitCode, said, after, lost: before.filter((line) => !after.includes(line)) };
    }

    const count = { tried: 0, wrong: 0, done: 0 };
    afterAll(() =>
      console.log(
        `${count.tried} tried, ${count.tried - count.wrong} right: ${count.done} were done, the others refused`,
      ),
    );

    test.each(Object.entries(relations))('no verb changes or loses one of them: %s', async (name, relation) => {
      await begin(relation);
      const tries: Tried[] = [];
      let there = await identities();
      for (const verb of verbs) {
        const tried = await tryVerb(verb, there);
        tries.push(tried);
        there = tried.after;
      }
      console.log([name, ...tries.map(({ said }) => said)].join('\n  '));
      const isWrong = ({ exitCode, said, lost }: Tried): boolean =>
        lost.length > 0 || ![0, 1].includes(exitCode) || said.includes('mistake in kvmctl');
      const wrong = tries.filter(isWrong).map(({ said, lost }) => [said, ...lost].join('\n  '));
      const done = tries.filter(({ exitCode }) => exitCode === 0).length;
      count.tried += tries.length;
      count.wrong += wrong.length;
      count.done += done;
      expect(wrong).toEqual([]);
      if (name.endsWith('nobody else is there')) expect(done).toBeGreaterThan(9);
    });
  },
);
