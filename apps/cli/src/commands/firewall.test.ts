import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { capturedRun } from '../../test/captured-run.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';

const room = `host: { name: management, address: 192.168.100.1/24 }
networks: { far: 10.0.0.0/8 }
machines: { hoge: 192.168.100.2 }
guests: { db: { vmid: 61 }, public: { vmid: 65 } }
`;
const policy = `services: { backup: [tcp/9101-9103, udp/9101] }
policy:
  - { from: lan, to: guests, service: ssh }
  - { from: far, to: public, service: [http, backup], limit: 10/minute }
`;

const firewall = (argv: readonly string[], stdin = room + policy) =>
  capturedRun(['-i', '-', 'firewall', ...argv], { stdin });

test.each([
  [[], /^#!\/usr\/sbin\/nft -f\n.*row 1: lan -> guests: ssh accept/s],
  [['--format', 'iptables'], /^\*raw\n.*-s 192\.168\.100\.0\/24 .*COMMIT\n$/s],
  [['--format', 'ip6tables'], /^\*raw\n.*COMMIT\n$/s],
  [['--format', 'ipset'], /^create kvd4-\S+ hash:ip family inet .*add \S+ 172\.16\.61\.1\n/s],
])('show %j', async (argv, expected) => {
  const { exitCode, stdout, stderr } = await firewall(['show', ...argv]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toMatch(expected);
});

const hostOpen =
  'stdin: warning (host-open): no row is about what comes to the host from others than guests: the host is open to them; ' +
  'add, as the last row, anywhere -> host: any drop; or accept, when it is meant to be open\n';

test('check tells each finding with its line, and fails for contradictions only', async () => {
  expect(await firewall(['check'])).toEqual({ exitCode: 0, stdout: hostOpen, stderr: 'stdin: 2 rows, 1 finding\n' });
  const closed = '  - { from: anywhere, to: host, service: any, action: accept }\n';
  expect((await firewall(['check'], room + policy + closed)).stdout).not.toContain('host-open');
  const wide = '  - { from: hoge, to: db, service: ssh }\n  - { from: anywhere, to: db, service: any }\n';
  expect(await firewall(['check'], room + policy + wide)).toMatchObject({
    exitCode: 0,
    stdout: `\
stdin:9: warning (shadowed): line 9 (hoge -> db: ssh accept) never decides: line 7 (lan -> guests: ssh accept) is before it and covers it; remove it
stdin:10: warning (too-wide): line 10 (anywhere -> db: any accept) is very wide: it lets anyone do anything there
${hostOpen}`,
  });
  const against = '  - { from: hoge, to: db, service: ssh, action: drop }\n';
  const { exitCode, stdout } = await firewall(['check'], room + policy + against);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^stdin:9: error \(contradictory\): line 9 .* line 7 /);
});

test.each([
  [
    ['hoge', 'db', 'ssh'],
    'new tcp/22 from 192.168.100.2 (eth0) to 172.16.61.1 (tun61): accept, by line 7 (lan -> guests: ssh accept)\n',
  ],
  [
    ['10.1.2.3', 'public', 'tcp/80'],
    'new tcp/80 from 10.1.2.3 (eth0) to 172.16.65.1 (tun65): accept, by line 8 (far -> public: http backup accept), while there are no more than 10 a minute, after 5 at once\n',
  ],
  [
    ['public', 'lan', 'icmp/echo-request'],
    'new icmp/8 from 172.16.65.1 (tun65) to 192.168.100.254 (eth0): drop, because no row opens it, and it is to or from a guest\n',
  ],
  [
    ['anywhere', 'host', 'ssh'],
    'new tcp/22 from 203.0.113.1 (eth0) to 192.168.100.1 (host): accept, because no row is about it, and it is neither to nor from a guest\n',
  ],
])('explain %j', async (question, first) => {
  const { exitCode, stdout } = await firewall(['explain', ...question]);
  expect(exitCode).toBe(0);
  expect(stdout.startsWith(first)).toBe(true);
});

test('explain asks about every address of a group and every part of a service', async () => {
  const { stdout } = await firewall(['explain', 'guests', 'guests', 'backup']);
  expect(stdout.match(/^new \S+ from \S+ \(\w+\) to \S+/gm)).toEqual([
    'new tcp/9101 from 172.16.61.1 (tun61) to 172.16.65.1',
    'new udp/9101 from 172.16.61.1 (tun61) to 172.16.65.1',
    'new tcp/9101 from 172.16.65.1 (tun65) to 172.16.61.1',
    'new udp/9101 from 172.16.65.1 (tun65) to 172.16.61.1',
  ]);
});

test.each([
  [['publc', 'db', 'ssh'], 'There is no zone "publc". Did you mean public?'],
  [['hoge', 'db', 'shs'], 'There is no service "shs". Did you mean ssh?'],
  [['hoge', 'db', 'any'], 'Ask about one service, or a port such as tcp/22.'],
  [['hoge', 'fd00::1', 'ssh'], 'hoge and fd00::1 have no addresses between which there is ssh.'],
  [['hoge', 'db', 'icmpv6/128'], 'hoge and db have no addresses between which there is icmpv6/128.'],
])('explain %j is a wrong use', async (question, message) => {
  expect(await firewall(['explain', ...question])).toEqual({
    exitCode: 64,
    stdout: '',
    stderr: `kvmctl: ${message}\n`,
  });
});

test('matrix as text, JSON and a picture', async () => {
  const { stdout } = await firewall(['matrix']);
  expect(stdout).toContain('\nlan -> db: tcp/22 (IPv4)\n');
  expect(stdout).toContain('\nfar -> public: tcp/80 (IPv4), tcp/9101-9103 (IPv4), udp/9101 (IPv4)\n');
  expect(JSON.parse((await firewall(['matrix', '--json'])).stdout)).toMatchObject({
    version: 1,
    zones: expect.arrayContaining(['lan', 'db']),
    cells: expect.arrayContaining([{ from: 'lan', to: 'db', open: [{ family: 4, protocol: 6, first: 22, last: 22 }] }]),
  });
  expect((await firewall(['matrix', '--svg'])).stdout).toMatch(/^<svg .*<\/svg>\n$/s);
});

test('diff says what opens and closes', async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'old.yaml'), room + policy);
  const changed = policy.replace('service: ssh', 'service: rdp').replace('to: guests', 'to: db');
  writeFileSync(join(cwd, 'new.yaml'), room + changed);
  const diff = (...files: string[]) => capturedRun(['firewall', 'diff', ...files], { cwd });
  expect(await diff('old.yaml', 'new.yaml')).toEqual({
    exitCode: 0,
    stdout: `\
opens: lan -> db: tcp/3389 (IPv4)
opens: host -> db: tcp/3389 (IPv4)
opens: hoge -> db: tcp/3389 (IPv4)
closes: lan -> db: tcp/22 (IPv4)
closes: lan -> public: tcp/22 (IPv4)
closes: host -> db: tcp/22 (IPv4)
closes: host -> public: tcp/22 (IPv4)
closes: hoge -> db: tcp/22 (IPv4)
closes: hoge -> public: tcp/22 (IPv4)
`,
    stderr: '',
  });
  expect(await diff('old.yaml', 'old.yaml')).toEqual({ exitCode: 0, stdout: '', stderr: 'both open the same\n' });
});

test('without a policy there is nothing to show', async () => {
  expect(await firewall(['show'], room)).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: 'kvmctl: stdin has no policy, and so no firewall. Rows under `policy:` say who may talk to whom.\n',
  });
});

test('explain and matrix answer a program, and a question about a part of the matrix', async () => {
  const { stdout } = await firewall(['explain', 'hoge', 'db', 'ssh', '--json']);
  expect(JSON.parse(stdout)).toEqual({
    version: 1,
    packets: [
      {
        ...{ text: expect.stringContaining('accept, by line 7'), from: '192.168.100.2', to: '172.16.61.1' },
        ...{ protocol: 'tcp', port: 22, inInterface: 'eth0', outInterface: 'tun61', action: 'accept' },
        row: { index: 0, line: 7, title: 'lan -> guests: ssh accept' },
      },
    ],
  });
  const closed = JSON.parse((await firewall(['explain', 'db', 'public', 'tcp/80', '--json'])).stdout);
  expect(closed.packets).toMatchObject([{ action: 'drop', reason: { code: 'closed' } }]);
  const matrix = ['matrix', '--from', 'lan,far', '--to', 'public', '--service', 'ssh,http'];
  expect(await firewall(matrix)).toMatchObject({
    exitCode: 0,
    stdout: 'lan -> public: tcp/22 (IPv4)\nfar -> public: tcp/80 (IPv4)\n',
  });
  expect(JSON.parse((await firewall([...matrix, '--json'])).stdout).cells).toHaveLength(2);
  expect(await firewall(['matrix', '--to', 'db', '--service', 'rdp'])).toMatchObject({
    exitCode: 0,
    stderr: 'stdin: nothing of that is open\n',
  });
  expect(await firewall(['matrix', '--to', 'bd'])).toMatchObject({ exitCode: 64 });
});
