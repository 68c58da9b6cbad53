import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { needs } from '@kvm/ci/needs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { backEnds, prove, type ResolvedPolicy, renderBootFiles, resolvePolicy } from '../src/index.ts';
import {
  type ApplyOptions,
  applyPolicy,
  confirmPolicy,
  findDrift,
  type RunProgram,
  readCounts,
  readLive,
  rollbackPolicy,
  runHere,
} from '../src/run/index.ts';
import { NetworkSandbox } from './namespace.ts';
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
  let sandbox: NetworkSandbox;
  let folder: string;
  let options: ApplyOptions;

  beforeAll(async () => {
    sandbox = await NetworkSandbox.open();
  });
  afterAll(() => sandbox.close());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'firewall-'));
    const run: RunProgram = ([program, ...words], input) => {
      const [enter, all] = sandbox.enter(program, ...words);
      return runHere([enter, ...all], input);
    };
    options = { run, backEnd, folder };
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const disagreements = async (policy: ResolvedPolicy): Promise<number> =>
    prove(policy, [await readLive(options.run, backEnd)]).disagreements.length;

  test('an applied policy is what the kernel does, and nothing has drifted', async () => {
    await applyPolicy(seed, options);
    expect(await disagreements(seed)).toBe(0);
    expect(await findDrift(seed, options.run, backEnd)).toEqual({ foreign: [], missing: [] });
    expect((await findDrift(other, options.run, backEnd)).missing.join()).toContain('line 3');
  });

  test('a foreign change is shown', async () => {
    await applyPolicy(seed, options);
    sandbox.run(
      backEnd === 'nft'
        ? 'nft insert rule inet kvm forward ip saddr 10.0.0.1 accept'
        : 'iptables -I KVM-FORWARD -s 10.0.0.1 -j ACCEPT',
    );
    const { foreign, missing } = await findDrift(seed, options.run, backEnd);
    expect(foreign).toHaveLength(1);
    expect(foreign[0]).toContain('10.0.0.1');
    expect(missing).toEqual([]);
    await applyPolicy(seed, options);
    expect((await findDrift(seed, options.run, backEnd)).foreign).toEqual([]);
  });

  test('what is not confirmed is rolled back by itself', async () => {
    await applyPolicy(seed, options);
    await applyPolicy(other, { ...options, confirmSeconds: 1 });
    expect(await disagreements(other)).toBe(0);
    await expect(applyPolicy(seed, { ...options, confirmSeconds: 1 })).rejects.toThrow(/waits for its confirmation/);
    await sleep(2500);
    expect(await findDrift(seed, options.run, backEnd)).toEqual({ foreign: [], missing: [] });
    await expect(confirmPolicy(other, options)).rejects.toMatchObject({ code: 'not-pending' });
  });

  test('what is confirmed stays', async () => {
    await applyPolicy(seed, { ...options, confirmSeconds: 1 });
    await confirmPolicy(seed, options);
    await sleep(2000);
    expect(await disagreements(seed)).toBe(0);
  });

  test('a rollback can be had at once, down to nothing at all', async () => {
    sandbox.run('nft flush ruleset');
    const nothing = sandbox.run('nft list ruleset; iptables-save | grep KVM- || true');
    await applyPolicy(seed, { ...options, confirmSeconds: 60 });
    await rollbackPolicy(options);
    expect(sandbox.run('nft list ruleset | grep -v "^$" || true')).not.toMatch(/table inet kvm|KVM-/);
    expect(nothing).not.toContain('kvm');
    await expect(rollbackPolicy(options)).rejects.toMatchObject({ code: 'not-pending' });
  });

  test('dying at any step of an apply leaves what was there before', async () => {
    await applyPolicy(seed, options);
    for (let last = 0; last < 12; last += 1) {
      const died = await dieAfter(last);
      await sleep(1800);
      expect(await findDrift(seed, options.run, backEnd)).toEqual({ foreign: [], missing: [] });
      rmSync(join(folder, 'pending'), { force: true });
      if (!died) return;
    }
    throw new Error('the apply had more steps than were tried');
  });

  test('a load that fails is rolled back at once', async () => {
    await applyPolicy(seed, options);
    const run: RunProgram = (command, input) =>
      options.run(
        command,
        /^(nft|ip6tables-restore)$/.test(command[0]) && input !== undefined && input !== ''
          ? `${input}nonsense\n`
          : input,
      );
    await expect(applyPolicy(other, { ...options, run, confirmSeconds: 60 })).rejects.toMatchObject({
      code: 'apply-failed',
    });
    expect(await findDrift(seed, options.run, backEnd)).toEqual({ foreign: [], missing: [] });
    await expect(rollbackPolicy(options)).rejects.toMatchObject({ code: 'not-pending' });
  });

  async function dieAfter(commands: number): Promise<boolean> {
    let left = commands;
    const run: RunProgram = (command, input) => {
      left -= 1;
      return left < 0 ? Promise.reject(new Error('died')) : options.run(command, input);
    };
    return applyPolicy(other, { ...options, run, confirmSeconds: 1 }).then(
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
    sandbox.run(
      'ip link add tun65 type veth peer name other; ip link set tun65 up; ip link set other up; ip address add 172.16.65.254/24 dev tun65; ip neighbour add 172.16.65.1 lladdr 52:54:00:61:65:01 dev tun65',
    );
    await applyPolicy(policy, options);
    for (const port of [9, 9, 10, 25]) {
      const send = `require('dgram').createSocket('udp4').send('x', ${port}, '172.16.65.1', () => process.exit())`;
      sandbox.run(`${process.execPath} -e "${send}"`);
    }
    const more = [...seedZones.guests, guest('new', 70)];
    const grown = resolvePolicy({ rows: rows.map((row) => ({ ...row, line: 99 })) }, { ...seedZones, guests: more });
    await applyPolicy(grown, options);
    const counts = await readCounts(options.run, backEnd, grown);
    expect(counts.map(({ packets }) => packets)).toEqual([2, 1, 1]);
    sandbox.run('ip link delete tun65');
  });

  test("the boot's files load into an empty kernel, twice", async () => {
    sandbox.run('nft flush ruleset; for set in $(ipset list -n); do ipset destroy $set; done');
    const files = renderBootFiles(seed, backEnd).map((file) => ({
      ...file,
      content: file.content.replaceAll('/etc/kvm/firewall', folder),
    }));
    for (const { path, content } of files)
      if (path.startsWith('/etc/kvm/')) sandbox.run(`cat >${folder}/${path.split('/').at(-1)}`, content);
    for (const _time of ['once', 'again']) sandbox.run(`sh ${folder}/load`);
    expect(await disagreements(seed)).toBe(0);
    const unit = files.find(({ path }) => path.endsWith('.service'))?.content;
    expect(unit).toMatch(/^Before=network-pre.target/m);
  });
});
