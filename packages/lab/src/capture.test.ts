import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseCapture, passedInterfaces } from './capture.ts';

const seen = `
eth0  In  IP 192.168.100.2 > 172.16.65.1: ICMP echo request, id 9, seq 1, length 64
tun65 Out IP 192.168.100.2 > 172.16.65.1: ICMP echo request, id 9, seq 1, length 64
tun65 In  IP 172.16.65.1 > 192.168.100.2: ICMP echo reply, id 9, seq 1, length 64
eth0  Out IP 172.16.65.1 > 192.168.100.2: ICMP echo reply, id 9, seq 1, length 64
eth0  In  IP 192.168.100.2.40022 > 172.16.65.1.22: Flags [S], seq 1, win 64240, options [mss 1460], length 0
tun65 Out IP 192.168.100.2.40022 > 172.16.65.1.22: Flags [S], seq 1, win 64240, options [mss 1460], length 0
tun65 In  IP 172.16.65.1.22 > 192.168.100.2.40022: Flags [S.], seq 2, ack 2, win 65160, length 0
tun65 In  IP 172.16.65.1.22 > 192.168.100.2.40022: Flags [P.], seq 1:8, ack 1, win 510, length 7
tun65 In  IP6 fd00:61:0:65::1 > fd00:100::2: ICMP6, echo request, id 3, seq 0, length 64
tun61 Out IP6 fd00:61:0:65::1.4242 > fd00:61:0:61::1.22: Flags [S], seq 7, length 0
tun65 Out ARP, Request who-has 172.16.65.1 tell 172.16.65.254, length 28
`;

test('the way of a packet: the interfaces it passed, in order', () => {
  const sightings = parseCapture(seen);
  const way = (from: string, to: string, kind: (typeof sightings)[number]['kind']) =>
    passedInterfaces(sightings, { from, to, kind });
  expect(way('192.168.100.2', '172.16.65.1', 'echo request')).toEqual(['eth0', 'tun65']);
  expect(way('172.16.65.1', '192.168.100.2', 'echo reply')).toEqual(['tun65', 'eth0']);
  expect(way('192.168.100.2', '172.16.65.1', 'syn')).toEqual(['eth0', 'tun65']);
  expect(way('172.16.65.1', '192.168.100.2', 'syn-ack')).toEqual(['tun65']);
  expect(way('fd00:61:0:65::1', 'fd00:100::2', 'echo request')).toEqual(['tun65']);
  expect(way('fd00:61:0:65::1', 'fd00:61:0:61::1', 'syn')).toEqual(['tun61']);
  expect(way('192.168.100.2', '172.16.61.1', 'syn')).toEqual([]);
});

test('lines that show no echo and no start of a connection are left out', () => {
  expect(parseCapture(seen)).toHaveLength(9);
});

test('whatever text comes, nothing is thrown and nothing is made up', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      for (const { interface: name } of parseCapture(text)) expect(text).toContain(name);
    }),
  );
});
