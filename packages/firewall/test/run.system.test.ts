import { Namespace } from '@kvm/ci/namespace';
import { needs } from '@kvm/ci/needs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  backEnds,
  behindBarrier,
  prove,
  type ResolvedPolicy,
  reachability,
  renderBootFiles,
  resolvePolicy,
} from '../src/index.ts';
import {
  type ApplyOptions,
  applyPolicy,
  confirmPolicy,
  findDrift,
  type RunProgram,
  readCounts,
  readForeignDrops,
  readLive,
  rollbackPolicy,
  runHere,
} from '../src/run/index.ts';

import { guest, seedPolicy, seedZones } from './policies.ts';

const lacks = needs('root', 'ip', 'unshare', 'nsenter', 'setsid', 'nft', 'iptables', 'ipset');
const seed = resolvePolicy(seedPolicy, seedZones);
const other = resolvePolicy(
  {
    rows: [{ from: 'lan', to: 'db', services: ['postgresql', 'ping'], action: 'accept', line: 3, log: true }],
    masquerade: true,
  },
  seedZones,
);

describe.skipIf(lacks).each(backEnds)('%s', (backEnd) => {
  let sandbox: Namespace;
  let options: ApplyOptions;

  beforeAll(async () => {
    sandbox = await Namespace.open();
    const run: RunProgram = ([program, ...words], input) => {
      const [enter, all] = sandbox.enter(program, ...words);
      return runHere([enter, ...all], input);
    };
    options = { run, backEnd };
  });
  afterAll(() => sandbox.close());

  const disagreements = async (policy: ResolvedPolicy): Promise<number> =>
    prove(policy, [await readLive(options.run, backEnd)]).disagreements.length;

  test('an applied policy is what the kernel does, and nothing has drifted', async () => {
    await applyPolicy(seed, options);
    expect(await disagreements(seed)).toBe(0);
    expect(await findDrift(seed, options.run, backEnd)).toEqual({ foreign: [], missing: [] });
    expect((await findDrift(other, options.run, backEnd)).missing.join()).toContain('row ');
  });

  test('a foreign change is shown', async () => {
    await applyPolicy(seed, options);
    sandbox.sh(
      backEnd === 'nft'
        ? `nft insert rule inet kvm forward ip saddr 10.0.0.1 accept
          nft add chain inet kvm mine; nft add map inet kvm m '{ type ipv4_addr : verdict; }'
          nft add element inet kvm m '{ 10.0.0.2 : jump mine }'; nft add rule inet kvm output ip saddr vmap @m`
        : 'iptables -I KVM-FORWARD -s 10.0.0.1 -j ACCEPT',
    );
    const { foreign, missing } = await findDrift(seed, options.run, backEnd);
    expect(foreign.join()).toContain('10.0.0.1');
    expect(foreign.join().includes('chain mine')).toBe(backEnd === 'nft');
    expect(missing).toEqual([]);
    await applyPolicy(seed, options);
    expect((await findDrift(seed, options.run, backEnd)).foreign).toEqual([]);
  });

  test('what is left of our rules, behind the barrier, opens no guest', async () => {
    await applyPolicy(seed, options);
    const flush =
      backEnd === 'nft' ? 'nft flush chain inet kvm forward' : 'iptables -F KVM-FORWARD; ip6tables -F KVM-FORWARD';
    const toGuests = async (): Promise<number> => {
      const live = behindBarrier(await readLive(options.run, backEnd), seed.guestNetworks.taps);
      const guests = new Set(seed.guests.map(({ name }) => name));
      return reachability(seed, 0, live).cells.filter(({ from, to }) => guests.has(to) && from !== 'host').length;
    };
    expect(await toGuests()).toBeGreaterThan(0);
    sandbox.sh(flush);
    expect(await toGuests()).toBe(0);
    await applyPolicy(seed, options);
  });

  const anew = (how: string): string =>
    `nft 'flush chain inet kvm forward; delete chain inet kvm forward; add chain inet kvm forward ${how}'`;
  const emptied = 'flush chain inet kvm neighbours; flush chain inet kvm spoof; delete set inet kvm neighbours';
  const otherwise = {
    nft: [
      ['asleep', "nft 'add table inet kvm { flags dormant; }'"],
      ['hooked in elsewhere', anew('{ type filter hook forward priority 300; policy drop; }')],
      ['hooked in nowhere', anew('')],
      ['of another policy', anew('{ type filter hook forward priority filter; policy drop; }')],
      ['kept from their set', `nft '${emptied}; add set inet kvm neighbours { type ipv4_addr; }'`],
    ],
    iptables: [
      ['gone', 'iptables -F KVM-FORWARD'],
      ['led to by nobody', 'iptables -D FORWARD -j KVM-FORWARD'],
    ],
  } as const;
  test.each([...otherwise[backEnd]])('rules that are %s are shown and put right', async (_, how) => {
    await applyPolicy(seed, options);
    sandbox.sh(how);
    const { foreign, missing } = await findDrift(seed, options.run, backEnd);
    expect([...foreign, ...missing]).not.toEqual([]);
    await applyPolicy(seed, options);
    expect(await findDrift(seed, options.run, backEnd)).toEqual({ foreign: [], missing: [] });
    expect(await disagreements(seed)).toBe(0);
  });

  test('what is not confirmed is rolled back by a clock that runs apart', async () => {
    await applyPolicy(seed, options);
    await applyPolicy(other, { ...options, confirmSeconds: 900 });
    await expect(applyPolicy(seed, options)).rejects.toThrow(/waits for its confirmation/);
    const token = sandbox.run('cat', '/run/kvm-firewall/pending/token');
    const clocks = sandbox
      .sh('ps -eo ppid=,args=')
      .split('\n')
      .filter((line) => line.endsWith(`roll-back ${token}`));
    const [, parent, command = ''] = /^ *(\d+) sh -c sleep 900; exec (.*)$/.exec(clocks[0] ?? '') ?? [];
    expect(parent).toMatch(/^[01]$/);
    sandbox.sh(command);
    expect(await findDrift(seed, options.run, backEnd)).toEqual({ foreign: [], missing: [] });
    await expect(confirmPolicy(options.run)).rejects.toMatchObject({ code: 'not-pending' });
  });

  test('what is confirmed stays, also when the time is over', async () => {
    await applyPolicy(seed, { ...options, confirmSeconds: 900 });
    const token = sandbox.run('cat', '/run/kvm-firewall/pending/token');
    await confirmPolicy(options.run);
    expect(sandbox.attempt('sh', '/run/kvm-firewall/roll-back', token).status).toBe(3);
    expect(await disagreements(seed)).toBe(0);
    await expect(rollbackPolicy(options.run)).rejects.toMatchObject({ code: 'not-pending' });
  });

  test('a confirmation or a rollback that was interrupted is done when it is asked for again', async () => {
    await applyPolicy(seed, options);
    await applyPolicy(other, { ...options, confirmSeconds: 60 });
    sandbox.sh('mv /run/kvm-firewall/pending /run/kvm-firewall/rolling-back');
    await expect(applyPolicy(other, options)).rejects.toThrow(/waits/);
    await rollbackPolicy(options.run);
    expect(await disagreements(seed)).toBe(0);
    await applyPolicy(other, { ...options, confirmSeconds: 60 });
    sandbox.sh('mv /run/kvm-firewall/pending /run/kvm-firewall/confirmed');
    await confirmPolicy(options.run);
    expect(sandbox.sh(`cat ${renderBootFiles(other, backEnd)[0]?.path}`)).toContain('lan -> db');
    await expect(confirmPolicy(options.run)).rejects.toMatchObject({ code: 'not-pending' });
  });

  test('a rollback can be had at once, down to nothing at all', async () => {
    sandbox.sh('nft flush ruleset');
    const nothing = sandbox.sh('nft list ruleset; iptables-save | grep KVM- || true');
    await applyPolicy(seed, { ...options, confirmSeconds: 60 });
    await rollbackPolicy(options.run);
    expect(sandbox.sh('nft list ruleset | grep -v "^$" || true')).not.toMatch(/table inet kvm|KVM-/);
    expect(nothing).not.toContain('kvm');
    await expect(rollbackPolicy(options.run)).rejects.toMatchObject({ code: 'not-pending' });
  });

  test('where nothing is translated any more, no chain for it is left; a rollback brings it back', async () => {
    await applyPolicy(other, options);
    await applyPolicy(seed, { ...options, confirmSeconds: 60 });
    expect(await findDrift(seed, options.run, backEnd)).toEqual({ foreign: [], missing: [] });
    const nat =
      backEnd === 'nft' ? 'nft list table inet kvm | grep "type nat" || :' : 'iptables-save | grep KVM-.NAT || :';
    expect(sandbox.sh(nat)).toBe('');
    await rollbackPolicy(options.run);
    expect(await findDrift(other, options.run, backEnd)).toEqual({ foreign: [], missing: [] });
  });

  test('dying at any step of an apply leaves what was there before', async () => {
    await applyPolicy(seed, options);
    for (let last = 0; last < 20; last += 1) {
      const died = await dieAfter(last);
      // What the clock does in the end; where it was not started, nothing was changed.
      await rollbackPolicy(options.run).catch(() => undefined);
      expect(await findDrift(seed, options.run, backEnd)).toEqual({ foreign: [], missing: [] });
      if (!died) return;
    }
    throw new Error('the apply had more steps than were tried');
  });

  test('a load that fails is rolled back at once', async () => {
    await applyPolicy(seed, options);
    const run: RunProgram = (command, input = '') => {
      const isLast = command[0] === 'ip6tables-restore' || input.endsWith('# whole\n');
      return options.run(command, isLast ? `nonsense\n${input}` : input);
    };
    await expect(applyPolicy(other, { ...options, run, confirmSeconds: 60 })).rejects.toMatchObject({
      code: 'apply-failed',
    });
    expect(await findDrift(seed, options.run, backEnd)).toEqual({ foreign: [], missing: [] });
    await expect(rollbackPolicy(options.run)).rejects.toMatchObject({ code: 'not-pending' });
  });

  async function dieAfter(commands: number): Promise<boolean> {
    let left = commands;
    const run: RunProgram = (command, input) => {
      left -= 1;
      return left < 0 ? Promise.reject(new Error('died')) : options.run(command, input);
    };
    return applyPolicy(other, { ...options, run, confirmSeconds: 60 }).then(
      () => false,
      () => true,
    );
  }

  test('rows are counted, also over a reload', async () => {
    const rows = [
      { from: 'host', to: 'public', services: ['udp/9'], action: 'accept' as const },
      { from: 'host', to: 'public', services: ['udp/10'], action: 'accept' as const },
      { from: 'host', to: 'public', services: ['udp/20-30'], action: 'accept' as const },
    ];
    const policy = resolvePolicy({ rows }, seedZones);
    sandbox.sh(
      'ip link add tun65 type veth peer name other; ip link set tun65 up; ip link set other up; ip address add 172.16.65.254/24 dev tun65; ip neighbour add 172.16.65.1 lladdr 52:54:00:61:65:01 dev tun65',
    );
    await applyPolicy(policy, options);
    for (const port of [9, 9, 10, 25]) {
      const send = `require('dgram').createSocket('udp4').send('x', ${port}, '172.16.65.1', () => process.exit())`;
      sandbox.sh(`${process.execPath} -e "${send}"`);
    }
    const more = [...seedZones.guests, guest('new', 70)];
    const grown = resolvePolicy({ rows: rows.map((row) => ({ ...row, line: 99 })) }, { ...seedZones, guests: more });
    await applyPolicy(grown, options);
    const counts = await readCounts(options.run, backEnd, grown);
    expect(counts.map(({ packets }) => packets)).toEqual([2, 1, 1]);
    sandbox.sh('ip link delete tun65');
  });

  test('what is applied or confirmed is what the host starts with, and nothing else', async () => {
    sandbox.sh('rm -rf /etc/kvm /etc/systemd/system/kvm-firewall.service');
    const booted = async (): Promise<ResolvedPolicy | undefined> => {
      for (const policy of [seed, other]) {
        const [program] = renderBootFiles(policy, backEnd);
        if (sandbox.sh(`cat ${program?.path} 2>/dev/null || true`) === program?.content) return policy;
      }
      return undefined;
    };
    await applyPolicy(other, { ...options, confirmSeconds: 60 });
    expect(await booted()).toBeUndefined();
    await confirmPolicy(options.run);
    expect(await booted()).toBe(other);
    await applyPolicy(seed, { ...options, confirmSeconds: 60 });
    await rollbackPolicy(options.run);
    expect(await booted()).toBe(other);
    await applyPolicy(seed, options);
    expect(await booted()).toBe(seed);
    expect(sandbox.sh('systemd-analyze verify kvm-firewall.service 2>&1 || true')).not.toContain('kvm-firewall');
  });

  test("the boot's program loads into an empty kernel, also twice, and into one where it was interrupted", async () => {
    await applyPolicy(seed, options);
    const program = renderBootFiles(seed, backEnd)[0]?.path ?? '';
    sandbox.sh('nft flush ruleset; for set in $(ipset list -n); do ipset destroy $set; done');
    for (const _time of ['once', 'again']) sandbox.sh(program);
    expect(await disagreements(seed)).toBe(0);
    if (backEnd === 'iptables') {
      sandbox.sh('iptables -D FORWARD -j KVM-FORWARD; ip6tables -F; ip6tables -X');
      sandbox.sh(program);
      expect(await disagreements(seed)).toBe(0);
    }
  });

  test('going over to the other back end leaves nothing of this one', async () => {
    sandbox.sh('nft flush ruleset; for set in $(ipset list -n); do ipset destroy $set; done');
    const others = backEnd === 'nft' ? 'iptables' : 'nft';
    await applyPolicy(seed, options);
    await applyPolicy(other, { ...options, backEnd: others, confirmSeconds: 60 });
    expect(await disagreements(seed)).toBe(0);
    await confirmPolicy(options.run);
    const left = backEnd === 'nft' ? 'nft list tables' : 'iptables-save; ip6tables-save; ipset list -n';
    expect(sandbox.sh(left)).not.toMatch(/inet kvm|kv[md][46]-|KVM-/);
    const ruleset = await readLive(options.run, others);
    expect(prove(other, [ruleset]).disagreements).toEqual([]);
  });
});

describe.skipIf(lacks)('rules of others', () => {
  let sandbox: Namespace;
  beforeAll(async () => {
    sandbox = await Namespace.open();
    sandbox.sh('ip tuntap add tun65 mode tap; ip tuntap add docker0 mode tap');
  });
  afterAll(() => sandbox.close());

  const chain = (family: string, hook: string, rule: string, type = 'filter'): string =>
    `nft -f - <<'EOF'
    table ${family} theirs {
      chain c {
        type ${type} hook ${hook} priority -100;
        ${rule};
      }
    }
EOF`;

  test.each([
    ['cut a guest off at its tap', chain('netdev', 'ingress device tun65', 'drop'), 'drops all'],
    ['cut it off as it leaves', chain('netdev', 'egress devices = { docker0, tun65 }', 'policy drop'), 'policy drop'],
    ['cut it off at its tap, in inet', chain('inet', 'ingress device tun65', 'tcp dport 22 drop'), 'tcp dport 22 drop'],
    ['cut it off before routing', chain('ip', 'prerouting', 'iifname tun65 drop'), 'iifname tun65 drop'],
    ['answer nobody', chain('arp', 'input', 'drop'), 'drops all'],
    [
      'lead to another guest',
      chain('ip', 'prerouting', 'ip daddr 172.16.65.1 tcp dport 22 dnat to 172.16.61.1:22', 'nat'),
      'ip daddr 172.16.65.1 tcp dport 22 dnat to 172.16.61.1:22',
    ],
    ['are of another interface', chain('netdev', 'ingress device docker0', 'drop'), undefined],
    [
      'are of a port of the host',
      chain('ip', 'prerouting', 'ip daddr 192.168.100.1 tcp dport 80 redirect', 'nat'),
      undefined,
    ],
  ])('that %s', async (_, script, message) => {
    sandbox.sh(script);
    const run: RunProgram = ([program, ...words]) => {
      const [enter, all] = sandbox.enter(program, ...words);
      return runHere([enter, ...all]);
    };
    const { taps, ranges } = seed.guestNetworks;
    const found = await readForeignDrops(run, { backEnd: 'nft', taps, ranges, uplink: 'eth0' });
    sandbox.sh('nft flush ruleset');
    expect(found.map((each) => each.message.replace(/.*chain c: /, ''))).toEqual(
      message === undefined ? [] : [expect.stringContaining(message)],
    );
  });
});
