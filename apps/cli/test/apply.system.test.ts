import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { needs } from '@kvm/ci/needs';
import { deriveDesired } from '@kvm/host';
import { parseInventory } from '@kvm/inventory';
import { isRight, labExec, labTest, openLab } from '@kvm/lab';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { BareHost, bareInventory, kvmctlScript, labXml } from './bare-host.ts';

/** Moments at which apply is killed. */
const kills = process.env.KVM_SOAK ? 200 : 1;

const example = bareInventory(
  'applies',
  `
  public:
    vmid: 65
    autostart: { order: 20 }${labXml('public')}
  db:
    vmid: 61
    autostart: { order: 10, delay: 1 s }${labXml('db')}
`,
);

describe.skipIf(needs('root', 'libvirtd', 'qemu-system-x86_64', 'nft', 'virsh', 'sshd'))(
  'a host without anything',
  () => {
    const desired = deriveDesired(parseInventory(example));
    let host: BareHost;
    let onHost: BareHost['sh'];
    let kvmctl: BareHost['kvmctl'];
    beforeAll(async () => {
      host = await BareHost.start(example);
      ({ sh: onHost, kvmctl } = host);
    });
    afterAll(() => host?.[Symbol.asyncDispose]());

    const isAsDesired = (text = example) => host.expectEmptyPlan(text);

    /** Starts an apply, in a process group of its own, whose id is in /run/apply.pid. */
    function startApply() {
      const script = `echo $$ >/run/apply.pid; ${kvmctlScript(example, ['apply', '--yes', '--json'])}`;
      const enter = ['--all', '-t', String(host.lab.host.pid), '--wdns=/', 'setsid', '--wait', 'sh', '-c', script];
      return spawn('nsenter', enter, { stdio: ['ignore', 'pipe', 'inherit'] });
    }

    /** Starts an apply and kills it when it tells that its first step is done, or says nothing more. */
    async function applyKilledAfterOneStep(): Promise<number> {
      let done = 0;
      for await (const line of createInterface({ input: startApply().stdout })) {
        if (!line.includes('"outcome":"done"')) continue;
        done += 1;
        await onHost('kill -KILL "$(cat /run/apply.pid)"');
      }
      return done;
    }

    /** No guest runs without the firewall. */
    const isClosed = async (moment = '') =>
      expect(
        await onHost('[ -z "$(virsh list --name)" ] || nft list chain inet kvm forward | grep "jump from_guests"'),
        moment,
      ).toMatchObject({ exitCode: 0 });

    test('what raw XML has of the host is in the plan, and apply does nothing with --yes alone', async () => {
      const named =
        "guests.public.xml: /domain/devices/channel/source/@path: /run/kvm-lab/public.sock: a file, socket or program's end on the host";
      expect((await kvmctl(example, 'plan')).stdout).toContain(named);
      const script = kvmctlScript(example, ['apply', '--yes']).replace(' --trust-xml', '');
      const refused = await onHost(script);
      expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(named) });
      expect(await onHost('virsh list --all --name; ls /etc/kvm')).toMatchObject({ stdout: '' });
    });

    test('killed after each of its steps, apply goes on where it was, and no guest runs without the firewall', async () => {
      let runs = 0;
      while ((await applyKilledAfterOneStep()) > 0) {
        await isClosed();
        runs += 1;
        expect(runs).toBeLessThan(40);
      }
      expect(runs).toBeGreaterThan(3);
      await isAsDesired();
    });

    test('machines of the LAN reach the guests as far as the policy goes, and no further', async () => {
      const up = await openLab(desired);
      const wrong = async () =>
        (await labTest(up)).flatMap(({ from, to, trials }) =>
          trials.filter((trial) => !isRight(trial)).map((trial) => ({ from, to, ...trial })),
        );
      await vi.waitFor(async () => expect(await wrong()).toEqual([]), { timeout: 240_000 });
    });

    test('while an apply is under way, another one is refused', async () => {
      const [one, other] = await Promise.all([
        onHost('exec 9>>/run/kvmctl/lock; flock 9; touch /run/held; while [ ! -e /run/over ]; do sleep 0.1; done'),
        onHost(
          `while [ ! -e /run/held ]; do sleep 0.1; done; (${kvmctlScript(example, ['apply', '--yes'])}); status=$?; touch /run/over; exit $status`,
        ),
      ]);
      expect(one.exitCode).toBe(0);
      expect(other).toMatchObject({ exitCode: 1, stdout: '' });
      expect(other.stderr).toContain('another apply is under way');
    });

    test.each([
      ['a rule more', 'nft add rule inet kvm forward accept', 'firewall: the kernel has other rules'],
      ['no rules', 'nft delete table inet kvm', 'firewall: the kernel has other rules'],
      [
        'a script that says something else',
        'echo exit 0 >>/etc/kvm/tun-start',
        'file: /etc/kvm/tun-start says something else',
      ],
      ['a script that cannot be run', 'chmod 644 /etc/kvm/tun-stop', 'mode 0644 -> 0755'],
      ['a file that is gone', 'rm /etc/kvm/firewall.nft', 'file: /etc/kvm/firewall.nft is not there'],
      ['forwarding off', 'sysctl -qw net.ipv4.ip_forward=0', 'net.ipv4.ip_forward 0 -> 1'],
      [
        'a guest that no longer starts with the host',
        'virsh autostart --disable db',
        'autostart: start it with the host',
      ],
      ['a guest that is paused', 'virsh suspend db', 'state: it is paused'],
      ['a guest whose plug was pulled', 'virsh destroy db', 'state: it does not run'],
      ['a guest without a definition', 'virsh undefine public', 'definition: define the domain'],
      ['another number of processors', 'virsh setvcpus public 2 --maximum --config', 'vcpu 2 -> 1'],
      ['a disk taken out of the definition', 'virsh detach-disk public vdc --config', 'devices.disk[vdc] + <disk'],
    ])('%s is shown as drift, and mended', (_, script, shown) => host.expectDriftMended(example, { script, shown }));

    /** Takes away all that apply has made, but the volumes. */
    const strip = `
    for guest in public db; do virsh destroy $guest; virsh undefine $guest; done >/dev/null 2>&1
    nft delete table inet kvm
    rm -r /etc/kvm /etc/sysctl.d/60-kvm.conf
    sysctl -qw net.ipv4.ip_forward=0`;

    test(
      `killed at any moment, ${kills} times, apply goes on where it was: nothing on a volume is lost, and no guest runs without the firewall`,
      async () => {
        const marked = async () => (await onHost('dd if=/dev/vg/db.swap bs=512 count=1 status=none')).stdout;
        await onHost('printf %512s kept | dd of=/dev/vg/db.swap bs=512 conv=fsync status=none');
        const mark = await marked();
        expect(mark).toContain('kept');
        await onHost(strip);
        const start = Date.now();
        expect(await kvmctl(example, 'apply', '--yes')).toMatchObject({ exitCode: 0 });
        const whole = Date.now() - start;
        for (let kill = 0; kill < kills; ) {
          await onHost(strip);
          const apply = startApply();
          const ended = once(apply, 'exit');
          const milliseconds = Math.random() * whole;
          await Promise.race([sleep(milliseconds), ended]);
          // Half of the times with all that it has started.
          const target = kill % 2 === 0 ? '' : '-';
          const { exitCode } = await onHost(`kill -s KILL -- "${target}$(cat /run/apply.pid)"`);
          await ended;
          const moment = `killed after ${milliseconds.toFixed(1)} of ${whole} ms`;
          // Else it had ended before.
          if (exitCode === 0) kill += 1;
          await isClosed(moment);
          const next = await kvmctl(example, 'apply', '--yes');
          expect(next, `${moment}: ${next.stderr}`).toMatchObject({ exitCode: 0 });
          await isClosed(moment);
          expect(await kvmctl(example, 'plan'), moment).toMatchObject({ exitCode: 0, stdout: '' });
          expect(await marked(), moment).toBe(mark);
        }
      },
      kills * 60_000 + 240_000,
    );

    test('from another machine, over one ssh connection, the host is planned, mended and left alone', async () => {
      const onLan = (script: string) => labExec(host.lab, 'hoge', ['sh', '-c', script]);
      const key =
        await onLan(`mkdir -p -m 700 /root/.ssh && ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/id_ed25519 </dev/null
      cat /root/.ssh/id_ed25519.pub`);
      const { stdout: hostKey } =
        await onHost(`mkdir -p /run/sshd && ssh-keygen -q -t ed25519 -N '' -f /run/host-key </dev/null
      echo '${key.stdout.trim()}' >/run/authorized; usermod -p '*' -s /bin/sh root
      printf '%s\n' 'Port 2222' 'HostKey /run/host-key' 'AuthorizedKeysFile /run/authorized' 'StrictModes no' 'UsePAM no' \
        'PermitRootLogin yes' >/run/sshd_config
      /usr/sbin/sshd -f /run/sshd_config -E /run/sshd.log && cat /run/host-key.pub`);
      await onLan(`echo '[192.168.100.1]:2222 ${hostKey.trim()}' >/root/.ssh/known_hosts`);
      const remote = (...words: string[]) =>
        onLan(kvmctlScript(example, [...words, '--host', 'ssh://root@192.168.100.1:2222']));

      const plan = await remote('plan', '--detailed-exitcode');
      expect(plan, plan.stderr).toMatchObject({ exitCode: 0, stdout: '' });
      expect((await onHost('grep -c "Accepted publickey" /run/sshd.log')).stdout).toBe('1');
      await onHost("echo '# it is said \\' >>/etc/kvm/tun-start; virsh autostart --disable db");
      expect((await remote('drift')).stdout).toContain('/etc/kvm/tun-start says something else');
      const applied = await remote('apply', '--yes');
      expect(applied, applied.stderr).toMatchObject({ exitCode: 0 });
      await isAsDesired();
      expect((await onHost('grep hoge /var/log/kvmctl.jsonl')).stdout).toContain('"user":"root@hoge"');
      const closed = await onHost(
        'kill "$(cat /run/sshd.pid)"; while kill -0 "$(cat /run/sshd.pid)"; do sleep 0.1; done 2>/dev/null; true',
      );
      expect(closed).toMatchObject({ exitCode: 0 });
      const unreachable = await remote('plan');
      expect(unreachable).toMatchObject({ exitCode: 1, stdout: '' });
      expect(unreachable.stderr).toContain('`ssh -p 2222 root@192.168.100.1 true` must work by itself');
    });

    test('what was done stands in the log on the host: when, by whom, and what came of it', async () => {
      const { stdout } = await onHost('cat /var/log/kvmctl.jsonl; stat -c %a /var/log/kvmctl.jsonl');
      const lines = stdout.trim().split('\n');
      expect(lines.pop()).toBe('600');
      const entries = lines.map((line) => JSON.parse(line));
      expect(entries).toContainEqual({
        time: expect.any(String),
        user: expect.stringContaining('@'),
        event: 'step',
        id: 'load firewall',
        outcome: 'done',
      });
    });
  },
);
