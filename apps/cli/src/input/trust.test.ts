import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { capturedRun } from '../../test/captured-run.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';

const foreign = `host: { name: management, address: 192.168.100.1/24, emulator: /tmp/evil }
guests:
  web:
    vmid: 61
    xml: |
      <domain>
        <devices>
          <serial type='file'><source path='/proc/sys/kernel/poweroff_cmd'/></serial>
        </devices>
      </domain>
`;
const named = [
  'stdin:1:64: host.emulator: /tmp/evil: a program that is no QEMU that is known',
  "stdin:8:11: guests.web.xml: /domain/devices/serial/@type: file: a file, socket or program's end on the host",
  "stdin:8:31: guests.web.xml: /domain/devices/serial/source/@path: /proc/sys/kernel/poweroff_cmd: a file, socket or program's end on the host",
];
const kvmctl = (...words: string[]) => capturedRun(['-i', '-', ...words], { stdin: foreign });

test('validate names what raw XML and paths would reach on the host, and takes them', async () => {
  expect(await kvmctl('validate')).toEqual({
    exitCode: 0,
    stdout: 'stdin: 1 guest, 0 machines, no problems, 3 places that reach the host beyond the guests\n',
    stderr: named.map((line) => `warning: ${line}\n`).join(''),
  });
  const { exitCode, stdout } = await kvmctl('validate', '--json');
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    ok: true,
    problems: [],
    warnings: [
      { path: ['host', 'emulator'], line: 1 },
      { guest: 'web', line: 8, column: 11 },
      { line: 8, column: 31 },
    ],
  });
});

test('validate counts one place as one', async () => {
  const one = 'host: { name: management, address: 192.168.100.1/24, emulator: /tmp/evil }\nguests: {}\n';
  const { stdout } = await capturedRun(['-i', '-', 'validate'], { stdin: one });
  expect(stdout).toContain('1 place that reaches the host beyond the guests\n');
});

test.each([['render', '--out'], ['doctor'], ['lab', 'up']])(
  '%s refuses it without --trust-xml, and says where it reaches out',
  async (...words) => {
    const out = temporaryFolder();
    const { exitCode, stdout, stderr } = await kvmctl(...words, ...(words.includes('--out') ? [out] : []));
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    for (const line of named) expect(stderr).toContain(line);
    expect(stderr).toContain('--trust-xml');
    expect(readdirSync(out)).toEqual([]);
  },
);

test('render takes it with --trust-xml', async () => {
  const out = temporaryFolder();
  expect(await kvmctl('render', '--out', out, '--trust-xml')).toMatchObject({ exitCode: 0 });
  expect(readdirSync(out)).toEqual(['etc']);
});

test('disk create fills no disk from a file that is not among the images', async () => {
  const stdin = `host: { name: management, address: 192.168.100.1/24 }
guests: { web: { vmid: 61, disks: { root: { size: 1 GiB, from: /etc/shadow } }, xml: "<domain><devices><hostdev/></devices></domain>" } }
`;
  const { exitCode, stderr } = await capturedRun(['-i', '-', 'disk', 'create', 'web'], { stdin });
  expect(exitCode).toBe(1);
  expect(stderr).toContain('guests.web.disks.root.from: /etc/shadow: is copied onto its disk');
  expect(stderr).not.toContain('hostdev');
});

test('of many, the first are shown and the others counted', async () => {
  const devices = `<devices>${'<hostdev/>'.repeat(50)}</devices>`;
  const stdin = `host: { name: management, address: 192.168.100.1/24 }\nguests: { web: { vmid: 61, xml: "<domain>${devices}</domain>" } }\n`;
  const { stderr } = await capturedRun(['-i', '-', 'validate'], { stdin });
  expect(stderr.split('\n')).toHaveLength(22);
  expect(stderr).toContain('warning: and 30 more\n');
});
