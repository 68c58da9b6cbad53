import { expect, test } from 'vitest';
import { seedPolicy, seedZones } from '../test/policies.ts';
import { packetText } from './prove.ts';
import { type Question, questionPackets } from './question.ts';
import { resolvePolicy } from './resolve.ts';

const context = { policy: resolvePolicy(seedPolicy, seedZones), zones: seedZones };
const ask = (from: string, to: string, service: string) =>
  questionPackets(context, { from, to, service } satisfies Question).map(packetText);

test('of a network, an address is asked about that hardly anybody has; of a guest, its own', () => {
  expect(ask('lan', '172.16.65.1', 'ssh')).toEqual(['new tcp/22 from 192.168.100.254 (eth0) to 172.16.65.1 (tun65)']);
});

test.each<readonly [question: readonly [string, string, string], message: string, problems: number]>([
  [['nobody', 'lan', 'ssh'], 'There is no zone "nobody"', 1],
  [['lan', '172.16.65.1', 'shh'], 'There is no service "shh". Did you mean ssh?', 1],
  [['lan', 'fe80::1%eth0', 'ssh'], 'fe80::1%eth0', 1],
  [['lan', '172.16.65.1', 'any'], 'Ask about one service, or a port such as tcp/22.', 0],
  [['172.16.65.1', '172.16.65.1', 'ssh'], 'have no addresses between which there is ssh.', 0],
])('%j is refused', (question, message, problems) => {
  expect(() => ask(...question)).toThrow(
    expect.objectContaining({
      code: 'invalid-question',
      message: expect.stringContaining(message),
      problems: expect.objectContaining({ length: problems }),
    }),
  );
});
