import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { needs } from '@kvm/ci/needs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backEnds, resolvePolicy } from '../src/index.ts';
import { applyPolicy, type RunProgram, runHere } from '../src/run/index.ts';
import { guest, seedPolicy, seedZones } from './policies.ts';
import { Room } from './room.ts';

const lacks = needs('root', 'ip', 'unshare', 'nsenter', 'nft', 'iptables', 'ipset');

/** Sends to an allowed and to a denied port in turn, as fast as it can, until it is ended. */
const FLOOD = `
const socket = require('node:dgram').createSocket('udp4');
const send = () => {
  for (let i = 0; i < 64; i += 1) socket.send('x', 9 + (i & 1), '172.16.65.1');
  setImmediate(send);
};
socket.bind({ address: '192.168.100.2' }, send);
`;

/** Counts what comes before our filter and what leaves it. Without tracking, every packet asks the rows. */
const GAUGE = `
table inet gauge {
  counter allowed_in { }
  counter allowed_out { }
  counter denied_in { }
  counter denied_out { }
  chain before { type filter hook prerouting priority -310; udp dport { 9, 10 } notrack; udp dport 9 counter name allowed_in; udp dport 10 counter name denied_in; }
  chain after { type filter hook forward priority 200; udp dport 9 counter name allowed_out; udp dport 10 counter name denied_out; }
}`;

const reloads = process.env.KVM_SOAK ? 100 : 10;

describe.skipIf(lacks)('reloads under a flood, guests coming and going', () => {
  let room: Room;
  let run: RunProgram;

  beforeAll(async () => {
    room = await Room.open(seedZones, ['192.168.100.2', 'fd00:100::2']);
    run = ([program, ...words], input) => {
      const [enter, all] = room.host.enter(program, ...words);
      return runHere([enter, ...all], input);
    };
  });
  afterAll(() => room.close());

  test.each(backEnds)('%s loses no allowed packet and lets no denied one through', async (backEnd) => {
    room.host.sh('nft flush ruleset');
    const rows = [...seedPolicy.rows, { from: 'lan', to: 'guests', services: ['udp/9'], action: 'accept' as const }];
    const more = { ...seedZones, guests: [...seedZones.guests, guest('new', 70)] };
    const policies = [resolvePolicy({ rows }, seedZones), resolvePolicy({ rows }, more)];
    const load = async (turn: number): Promise<void> => {
      const policy = policies[turn % 2];
      if (policy !== undefined) await applyPolicy(policy, { run, backEnd });
    };
    await load(0);
    room.host.sh('nft -f -', GAUGE);
    const [program, words] = room.lan.enter(process.execPath, '-e', FLOOD);
    const flood = spawn(program, words, { stdio: 'inherit', detached: true });
    const start = performance.now();
    for (let turn = 1; turn <= reloads; turn += 1) await load(turn);
    const seconds = (performance.now() - start) / 1000;
    if (flood.pid !== undefined) process.kill(-flood.pid, 'SIGKILL'); // nsenter's child too
    await once(flood, 'exit');
    await sleep(100);
    const count = counters(room.host.sh('nft -j list counters table inet gauge'));
    const packets = (count.get('allowed_in') ?? 0) + (count.get('denied_in') ?? 0);
    console.info(`${backEnd}: ${reloads} reloads, ${Math.round(packets / seconds)} packets a second`);
    expect(count.get('allowed_in')).toBeGreaterThan(100 * reloads);
    expect(count.get('allowed_out')).toBe(count.get('allowed_in'));
    expect(count.get('denied_out')).toBe(0);
  });
});

function counters(json: string): ReadonlyMap<string, number> {
  const { nftables } = JSON.parse(json) as { nftables: { counter?: { name: string; packets: number } }[] };
  return new Map(nftables.flatMap(({ counter }) => (counter === undefined ? [] : [[counter.name, counter.packets]])));
}
