import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { capturedRun } from '../../test/captured-run.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';

const iostat = (stdin: string, ...argv: string[]) => capturedRun(['iostat', ...argv], { stdin });

const management = `Linux 2.6.30-gentoo-r4 (management)     10/27/09        _x86_64_        (2 CPU)

avg-cpu:  %user   %nice %system %iowait  %steal   %idle
           1.50    0.01    0.76    0.30    0.00   97.42

Device:            tps    kB_read/s    kB_wrtn/s    kB_read    kB_wrtn
sda               7.41        20.41        81.74   40356551  161598758
sdb               7.34        22.43        81.74   44349475  161598762
md2              25.19        42.84        78.88   84687436  155947070
vg-aj.home        0.46        15.98         5.70   31601540   11276952
vg-public.root    0.12         0.65         0.15    1289338     303211
vg-private.root   1.50         5.57         0.41   11008628     815908
vg-db.root        7.48         0.06        29.85     114855   59016789

`;
const extended = `Linux 6.1.0 (host)\t11/23/26\t_x86_64_\t(2 CPU)

11/23/26 05:14:33
Device  r/s   rkB/s  rrqm/s  %rrqm  r_await  rareq-sz  w/s   wkB/s  wrqm/s  %wrqm  w_await  wareq-sz  aqu-sz  %util
vg-a.b  1.00  2.00   0.00    0.00   3.00     2.00      4.00  8.00   0.00    0.00   5.00     2.00      0.25    1.50

11/23/26 05:14:36
Device  r/s   rkB/s  rrqm/s  %rrqm  r_await  rareq-sz  w/s   wkB/s  wrqm/s  %wrqm  w_await  wareq-sz  aqu-sz  %util
vg-a.b  0.00  0.00   0.00    0.00   0.00     0.00      0.00  0.00   0.00    0.00   0.00     0.00      0.00    0.00

`;

test('a table, and who writes most', async () => {
  expect(await iostat(management)).toEqual({
    exitCode: 0,
    stdout: `\
DEVICE           READ kB/s  WRITE kB/s
sda                  20.41       81.74
sdb                  22.43       81.74
md2                  42.84       78.88
vg-aj.home           15.98        5.70
vg-public.root        0.65        0.15
vg-private.root       5.57        0.41
vg-db.root            0.06       29.85
db.root writes 29.85 kB/s, 83 % of all guests
`,
    stderr: '',
  });
});

test('each report in a table of its own, with what was measured', async () => {
  expect((await iostat(extended)).stdout).toBe(`\
11/23/26 05:14:33
DEVICE  READ kB/s  WRITE kB/s  QUEUE  READ AWAIT ms  WRITE AWAIT ms  UTIL %
vg-a.b       2.00        8.00   0.25           3.00            5.00    1.50
a.b writes 8.00 kB/s, 100 % of all guests; queue 0.3, await 5 ms

11/23/26 05:14:36
DEVICE  READ kB/s  WRITE kB/s  QUEUE  READ AWAIT ms  WRITE AWAIT ms  UTIL %
vg-a.b       0.00        0.00   0.00           0.00            0.00    0.00
`);
});

test('--csv is a row a device and report', async () => {
  expect((await iostat(management, '--csv')).stdout).toMatch(
    /^report,time,device,group,transfersPerSecond,readBytesPerSecond,writeBytesPerSecond,readBytes,writeBytes\n1,,sda,false,7.41,20899.84,83701.76,41325108224,165477128192\n/,
  );
  const rows = (await iostat(extended, '--csv')).stdout.trim().split('\n');
  expect(rows.map((row) => row.split(',').slice(0, 5).join())).toEqual([
    'report,time,device,group,readsPerSecond',
    '1,11/23/26 05:14:33,vg-a.b,false,1',
    '2,11/23/26 05:14:36,vg-a.b,false,0',
  ]);
});

test('--csv of tables that differ is refused after what fits', async () => {
  const { exitCode, stdout, stderr } = await iostat(management + extended, '--csv');
  expect(exitCode).toBe(1);
  expect(stdout.trim().split('\n')).toHaveLength(8);
  expect(stderr).toContain('report 2 has a column readsPerSecond');
});

test('--json is a line a report', async () => {
  const lines = (await iostat(extended, '--json')).stdout.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { version: 1, timestamp: '11/23/26 05:14:33', devices: [{ name: 'vg-a.b', writeBytesPerSecond: 8192 }] },
    { version: 1, timestamp: '11/23/26 05:14:36', complete: true },
  ]);
  expect((await iostat('', '--json', '--csv')).exitCode).toBe(64);
});

test('reads files, too', async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'log'), management);
  expect((await capturedRun(['iostat', 'log'], { cwd })).stdout).toContain('db.root writes');
  expect(await capturedRun(['iostat', 'no'], { cwd })).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: 'kvmctl: no cannot be read: no such file or directory.\n',
  });
});

test('says when the end is missing', async () => {
  const { exitCode, stdout, stderr } = await iostat(management.slice(0, 700));
  expect(exitCode).toBe(0);
  expect(stdout).toContain('md2');
  expect(stderr).toBe('stdin: the end of the last report is missing; its last row may be cut\n');
});

test('what is none of iostat is refused at its place', async () => {
  expect(await iostat(`${management}garbage\n`, '--json')).toMatchObject({
    exitCode: 1,
    stderr: 'kvmctl: stdin:15:1: iostat prints no line like "garbage"\n',
  });
  expect(await iostat('{ "sysstat" ]')).toMatchObject({
    exitCode: 1,
    stdout: '',
    stderr: expect.stringMatching(/^kvmctl: stdin:1:\d+: /),
  });
  expect(await iostat('')).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('no report') });
});

test('nothing of it moves the cursor or breaks a row', async () => {
  const hostile = 'Linux 6.1 (h)\t11/23/26\n\nDevice tps kB_wrtn/s\nvg-\u0007",\u009b.root 1.00 2.00\n\n';
  for (const argv of [[], ['--csv'], ['--json']]) {
    const { stdout, stderr } = await iostat(hostile, ...argv);
    expect(stdout + stderr).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
  }
  expect((await iostat(hostile, '--csv')).stdout).toContain('1,,"vg-\uFFFD"",\uFFFD.root",false,1,2048\n');
});
