import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, Namespace } from '@kvm/ci/namespace';
import { needs } from '@kvm/ci/needs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundle } from './bundled.ts';

const lacks = needs('root', 'ip', 'unshare', 'nsenter', 'setsid', 'nft', 'iptables', 'ipset');

const inventory = (firewall: string, services: string): string => `
host: { name: management, address: 192.168.100.1/24, firewall: ${firewall} }
guests: { public: { vmid: 65 } }
policy:
  - { from: lan, to: guests, service: udp/9 }
  - { from: lan, to: guests, service: [${services}] }
`;

/** Sends to an allowed and to a denied port in turn, as fast as it can, until it is ended. */
const FLOOD = `const socket = require('node:dgram').createSocket('udp4');
const send = () => { for (let i = 0; i < 64; i += 1) socket.send('x', 9 + (i & 1), '172.16.65.1'); setImmediate(send); };
socket.bind({ address: '192.168.100.2' }, send);`;

/** Counts what comes before our filter and what leaves it. Without tracking, every packet asks the rows. */
const GAUGE = `table inet gauge {
  counter allowed_in { }
  counter allowed_out { }
  counter denied_out { }
  chain before { type filter hook prerouting priority -310; udp dport { 9, 10 } notrack; udp dport 9 counter name allowed_in; }
  chain after { type filter hook forward priority 200; udp dport 9 counter name allowed_out; udp dport 10 counter name denied_out; }
}`;

describe.skipIf(lacks).each(['nft', 'iptables'])('kvmctl firewall on a host with %s', (backEnd) => {
  const folder = mkdtempSync(join(tmpdir(), 'kvmctl-firewall-'));
  const [old, wanted] = ['old.yaml', 'new.yaml'].map((name) => join(folder, name)) as [string, string];
  let [host, hoge, guest]: Namespace[] = [];
  const onHost = (): Namespace => {
    if (host === undefined) throw new Error('no host');
    return host;
  };
  const firewall = (file: string, ...argv: string[]) => {
    const { status, stdout, stderr } = onHost().attempt(bundle, '-i', file, 'firewall', ...argv);
    return { status, stdout, stderr };
  };
  const isLive = (file: string): boolean => firewall(file, 'diff', '--live', '--detailed-exitcode').status === 0;
  const waits = (): boolean => onHost().attempt('test', '-e', '/run/kvm-firewall/pending').status === 0;

  beforeAll(async () => {
    writeFileSync(old, inventory(backEnd, 'ssh'));
    writeFileSync(wanted, inventory(backEnd, 'rdp, http'));
    [host, hoge, guest] = await Promise.all([Namespace.open(), Namespace.open(), Namespace.open()]);
    connect({ namespace: onHost(), device: 'eth0' }, { namespace: hoge as Namespace, device: 'eth0' });
    const card = { namespace: guest as Namespace, device: 'eth0', mac: '52:54:00:61:65:01' };
    connect(card, { namespace: onHost(), device: 'tun65' });
    host?.sh('ip link set eth0 up; ip link set tun65 up; ip address add 192.168.100.1/24 dev eth0');
    host?.sh('ip address add 172.16.65.254/24 dev tun65; echo 1 >/proc/sys/net/ipv4/ip_forward');
    hoge?.sh('ip link set eth0 up; ip address add 192.168.100.2/24 dev eth0; ip route add default via 192.168.100.1');
    guest?.sh('ip link set eth0 up; ip address add 172.16.65.1/24 dev eth0; ip route add default via 172.16.65.254');
  });
  afterAll(async () => {
    await Promise.all([host, hoge, guest].map((each) => each?.close()));
    rmSync(folder, { recursive: true });
  });

  test('apply shows what becomes reachable, and the kernel does what the inventory says', () => {
    expect(firewall(old, 'diff', '--live', '--detailed-exitcode').status).toBe(2);
    expect(firewall(old, 'apply')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('closes: public -> host: any'),
      stderr: `${backEnd}: 2 rows in the kernel, now and after the next boot\n`,
    });
    expect(firewall(old, 'diff', '--live')).toEqual({
      status: 0,
      stdout: '',
      stderr: 'the kernel does what the inventory says\n',
    });
    const { stdout } = firewall(wanted, 'diff', '--live', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      // The host's own address is one of the LAN.
      opens: [
        { from: 'lan', to: 'public' },
        { from: 'host', to: 'public' },
      ],
      missing: expect.arrayContaining([expect.any(String)]),
    });
  });

  test('apply loads the rules before it works out what they open', () => {
    const { stdout } = onHost().attempt('sh', '-c', `exec ${bundle} -i ${wanted} firewall apply 2>&1`);
    expect(stdout.split('\n').slice(0, 2)).toEqual([
      `${backEnd}: 2 rows in the kernel, now and after the next boot`,
      expect.stringMatching(/^opens: /),
    ]);
  });

  test('counters tell what each row has decided', () => {
    firewall(old, 'apply');
    const send = `require('node:dgram').createSocket('udp4').send('x', 9, '172.16.65.1', () => process.exit())`;
    hoge?.run(process.execPath, '-e', send);
    const { stdout } = firewall(old, 'counters');
    expect(stdout).toMatch(
      /^LINE +PACKETS +BYTES +ROW\n +5 +[1-9]\d* +\d+ +lan -> guests: udp\/9 accept\n +6 +0 +0 +lan -> /,
    );
  });

  test('a foreign change is shown, and mended', () => {
    const rule = {
      nft: 'nft insert rule inet kvm forward ip saddr 192.168.100.9 accept',
      iptables: 'iptables -I KVM-FORWARD -s 192.168.100.9 -j ACCEPT',
    };
    onHost().sh(rule[backEnd as keyof typeof rule]);
    expect(firewall(old, 'diff', '--live').stdout).toMatch(/^not of the inventory: .*192\.168\.100\.9/m);
    firewall(old, 'apply');
    expect(isLive(old)).toBe(true);
  });

  test('what another table rejects is told, and the kernel does not do what the inventory says', () => {
    firewall(old, 'apply');
    const chain = '{ type filter hook forward priority 10; }';
    onHost().sh(`nft 'add table inet theirs; add chain inet theirs f ${chain}; add rule inet theirs f reject'`);
    const { status, stdout, stderr } = firewall(old, 'diff', '--live', '--detailed-exitcode');
    onHost().sh('nft delete table inet theirs');
    expect({ status, stdout, stderr }).toEqual({
      status: 2,
      stdout:
        'others drop what the inventory may open: table inet theirs, chain f: rejects all that it has not accepted\n',
      stderr: '',
    });
  });

  test('confirm and rollback', () => {
    expect(firewall(wanted, 'apply', '--confirm', '300').stderr).toMatch(
      /rolled back in 300 seconds\n.*firewall confirm\n$/,
    );
    expect(firewall(old, 'apply')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('waits for its confirmation'),
    });
    expect(firewall('none', 'rollback')).toMatchObject({ status: 0 });
    expect(isLive(old)).toBe(true);
    expect(firewall(wanted, 'apply', '--confirm', '300').status).toBe(0);
    expect(firewall('none', 'confirm')).toMatchObject({ status: 0, stderr: 'it stays, now and after the next boot\n' });
    expect(isLive(wanted)).toBe(true);
    expect(firewall('none', 'confirm')).toMatchObject({ status: 1, stderr: expect.stringContaining('no apply waits') });
  });

  /** The policies that are in the kernel, and those that the host would start with. */
  const held = (): { readonly kernel: string[]; readonly boot: string[] } => {
    const booted = onHost().sh(`cat /etc/kvm/firewall.${backEnd}`);
    const files = [old, wanted];
    return {
      kernel: files.filter(isLive),
      boot: files.filter((file) => booted.includes(firewall(file, 'show', '--format', backEnd).stdout.trim())),
    };
  };
  const atWork = (): void => void onHost().sh('flock /run/kvm-firewall/lock true');

  test('two at once: one waits for none, and says so; the kernel and the boot have the same policy', async () => {
    for (let round = 0; round < 4; round += 1) {
      const both = [old, wanted].map((file) => enter(host, bundle, '-i', file, 'firewall', 'apply'));
      const said = await Promise.all(
        both.map(async (apply) => {
          let stderr = '';
          apply.stderr?.setEncoding('utf8').on('data', (text) => {
            stderr += text;
          });
          const [code] = await once(apply, 'close');
          return { code, stderr };
        }),
      );
      for (const { code, stderr } of said)
        expect(code === 0 ? stderr : /another apply is under way/.exec(stderr)?.[0]).toMatch(
          code === 0 ? /now and after the next boot/ : 'another apply is under way',
        );
      expect(said.some(({ code }) => code === 0)).toBe(true);
      const { kernel, boot } = held();
      expect(kernel).toHaveLength(1);
      expect(boot).toEqual(kernel);
    }
  });

  test('killed at any moment: the kernel and the boot have the same policy', async () => {
    const start = performance.now();
    firewall(old, 'apply');
    const whole = performance.now() - start;
    const moments = process.env.KVM_SOAK ? 100 : 8;
    for (let moment = 1; moment <= moments; moment += 1) {
      const apply = enter(host, bundle, '-i', wanted, 'firewall', 'apply');
      const end = once(apply, 'exit');
      await sleep((whole * (moment + moments / 2)) / moments / 1.5);
      if (apply.pid !== undefined && apply.exitCode === null) process.kill(-apply.pid, 'SIGKILL');
      await end;
      atWork();
      const { kernel, boot } = held();
      expect(kernel).toHaveLength(1);
      expect(boot).toEqual(kernel);
      firewall(old, 'apply');
    }
  });

  test('after a power cut before the confirmation, the host starts with the rules from before', () => {
    firewall(old, 'apply');
    firewall(wanted, 'apply', '--confirm', '300');
    onHost().sh('nft flush ruleset; for set in $(ipset list -n); do ipset destroy $set; done; rm -r /run/kvm-firewall');
    const program = /^ExecStart=(.*)$/m.exec(onHost().sh('cat /etc/systemd/system/kvm-firewall.service'))?.[1] ?? '';
    onHost().run(program);
    expect(isLive(old)).toBe(true);
  });

  if (process.env.KVM_SOAK)
    test('killed at any moment, under a flood: what was closed stays closed, what was open stays open, and the clock rolls back', async () => {
      firewall(old, 'apply');
      onHost().sh('nft -f -', GAUGE);
      const flood = enter(hoge, process.execPath, '-e', FLOOD);
      const start = performance.now();
      firewall(wanted, 'apply', '--confirm', '300');
      const whole = performance.now() - start;
      firewall(wanted, 'rollback');
      const moments = 100;
      for (let moment = 1; moment <= moments; moment += 1) {
        const apply = enter(host, bundle, '-i', wanted, 'firewall', 'apply', '--confirm', '300');
        const end = once(apply, 'exit');
        await sleep((whole * moment) / moments);
        if (apply.pid !== undefined && apply.exitCode === null) process.kill(-apply.pid, 'SIGKILL');
        await end;
        if (waits()) firewall(old, 'rollback'); // what the clock does in the end
        expect(isLive(old)).toBe(true);
      }
      process.kill(-(flood.pid ?? 0), 'SIGKILL');
      await once(flood, 'exit');
      await sleep(200);
      const { nftables } = JSON.parse(onHost().run('nft', '-j', 'list', 'counters', 'table', 'inet', 'gauge')) as {
        nftables: { counter?: { name: string; packets: number } }[];
      };
      const count = new Map(
        nftables.flatMap(({ counter }) => (counter ? [[counter.name, counter.packets] as const] : [])),
      );
      expect(count.get('denied_out')).toBe(0);
      expect(count.get('allowed_in')).toBeGreaterThan(1000);
      expect(count.get('allowed_out')).toBe(count.get('allowed_in'));
    }, 1_200_000);

  if (process.env.KVM_SOAK)
    test('the clock rolls back though the session that applied is gone', async () => {
      firewall(old, 'apply');
      const apply = enter(host, bundle, '-i', wanted, 'firewall', 'apply', '--confirm', '12');
      await once(apply, 'exit');
      expect(isLive(wanted)).toBe(true);
      // The clock is none of its children that a terminal's end would reach.
      expect(() => process.kill(-(apply.pid ?? 0), 'SIGHUP')).toThrow('ESRCH');
      while (waits()) await sleep(200);
      while (onHost().attempt('test', '-e', '/run/kvm-firewall/rolling-back').status === 0) await sleep(100);
      expect(isLive(old)).toBe(true);
    });
});

/** A process group of its own in a namespace. */
function enter(namespace: Namespace | undefined, ...command: string[]): ChildProcess {
  const [program, words] = namespace?.enter(...command) ?? ['false', []];
  return spawn(program, words, { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
}
