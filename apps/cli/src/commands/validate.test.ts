import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { capturedRun } from '../../test/captured-run.ts';

const host = 'host: { name: management, address: 192.168.100.1/24 }\n';
const twice = `${host}guests:\n  db: { vmid: 61 }\n  web: { vmid: 61 }\n`;
const validate = (stdin: string, ...more: string[]) => capturedRun(['-i', '-', 'validate', ...more], { stdin });

test('shows every problem at its place, and how many last', async () => {
  expect(await validate(`${twice}  mail: { vmid: 6O }\n`)).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: `stdin:4:16: guests.web.vmid: VMID 61 is already used by db (stdin:3). Free: 62, 63, 64.
    4 |   web: { vmid: 61 }
      |                ^^
      Change web here or db there.

stdin:5:17: guests.mail.vmid: "6O" is not a whole number from 1 to 4095.
    5 |   mail: { vmid: 6O }
      |                 ^^
      Write a whole number from 1 to 4095.

2 problems in stdin
`,
  });
});

test('raw XML that cannot be merged is a problem like others', async () => {
  const { exitCode, stderr } = await validate(`${host}guests:\n  db: { vmid: 61, xml: <domain> }\n`);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('stdin:3:24: guests.db.xml: The raw XML cannot be merged:');
  expect(stderr).toMatch(/\n1 problem in stdin\n$/);
});

test('counts guests and machines', async () => {
  expect(await validate(host)).toEqual({
    exitCode: 0,
    stdout: 'stdin: 0 guests, 0 machines, no problems\n',
    stderr: '',
  });
});

test('--json tells the same to a program', async () => {
  const bad = await validate(twice, '--json');
  expect({ ...bad, stdout: JSON.parse(bad.stdout) }).toEqual({
    exitCode: 1,
    stdout: {
      version: 1,
      ok: false,
      problems: [expect.objectContaining({ code: 'duplicate-vmid', file: 'stdin', line: 4, column: 16 })],
      warnings: [],
    },
    stderr: '',
  });
  const good = await validate(host, '--json');
  expect({ ...good, stdout: JSON.parse(good.stdout) }).toEqual({
    exitCode: 0,
    stdout: { version: 1, ok: true, problems: [], warnings: [] },
    stderr: '',
  });
});

const red = '\x1b[31m';

test('colours are for terminals that want them', async () => {
  const stderr = async (argv: string[], settings: object) =>
    (await capturedRun(['-i', '-', 'validate', ...argv], { stdin: twice, ...settings })).stderr;
  const coloured = await stderr([], { terminal: 80 });
  expect(coloured).toContain(`${red}^^`);
  expect(coloured).toContain('\x1b[1mstdin:4:16:\x1b[22m');
  const plain = await stderr([], {});
  expect(plain).not.toContain('\x1b');
  expect(stripVTControlCharacters(coloured)).toBe(plain);
  expect(await stderr(['--no-color'], { terminal: 80 })).toBe(plain);
  expect(await stderr([], { terminal: 80, env: { NO_COLOR: '1' } })).toBe(plain);
  expect(await stderr([], { terminal: 80, env: { TERM: 'dumb' } })).toBe(plain);
});

test('nothing of a file moves the cursor', async () => {
  const hostile = `${host}guests:\n  "\\e[2J\\u202e": { vmid: 61 } # \u009b31m \u202e\n`;
  for (const argv of [[], ['--json']]) {
    const { exitCode, stdout, stderr } = await validate(hostile, ...argv);
    expect(exitCode).toBe(1);
    expect(stdout + stderr).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
  }
});

test('of thousands of problems the first hundred are shown, and the others counted', async () => {
  const keys = Array.from({ length: 3000 }, (_, index) => `key${index}: 1\n`).join('');
  const { exitCode, stderr } = await validate(host + keys);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/\n\nand more: 2900 further problems not shown\n\n3000 problems in stdin\n$/);
  expect(stderr.length).toBeLessThan(50_000);
  const json = JSON.parse((await validate(host + keys, '--json')).stdout);
  expect(json).toMatchObject({ ok: false, unshown: 2900, problems: { length: 100 } });
});
