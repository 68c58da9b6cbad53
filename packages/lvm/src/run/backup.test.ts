import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { needs } from '@kvm/ci/needs';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { TO_FILE } from './backup.ts';

describe.skipIf(needs('bash', 'zstd'))('what writes a backup', () => {
  let folder: string;
  let file: string;
  const backUp = () =>
    spawnSync('bash', ['--norc', '-c', TO_FILE, 'backup', join(folder, 'device'), '3', '', file], { encoding: 'utf8' });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kvm-backup-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    file = join(folder, 'a.zst');
    writeFileSync(join(folder, 'device'), 'abc');
  });

  test('a file and its checksum, for its owner alone', () => {
    expect(backUp()).toMatchObject({ status: 0, stderr: '' });
    expect(readdirSync(folder)).toEqual(['a.zst', 'a.zst.sha256', 'device']);
    expect(spawnSync('sha256sum', ['--check', '--status', 'a.zst.sha256'], { cwd: folder }).status).toBe(0);
    expect(spawnSync('zstd', ['-dc', file], { encoding: 'utf8' }).stdout).toBe('abc');
    for (const name of [file, `${file}.sha256`]) expect(statSync(name).mode & 0o777).toBe(0o600);
  });

  test("somebody else's links where it writes are not followed", () => {
    const victim = join(folder, 'victim');
    writeFileSync(victim, 'not ours');
    for (const name of ['.partial', '.sha256.partial', '.sha256']) symlinkSync(victim, file + name);
    expect(backUp()).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(victim, 'utf8')).toBe('not ours');
    expect(statSync(file).size).toBeGreaterThan(0);
  });

  test('what a killed one has left is written anew; what another is writing is left to it', async () => {
    writeFileSync(`${file}.partial`, 'half');
    writeFileSync(`${file}.sha256.partial`, 'half');
    expect(backUp()).toMatchObject({ status: 0, stderr: '' });
    expect(readdirSync(folder)).toEqual(['a.zst', 'a.zst.sha256', 'device']);
    rmSync(join(folder, 'device'));
    spawnSync('mkfifo', [join(folder, 'device')]);
    const first = spawn('bash', [
      '--norc',
      '-c',
      TO_FILE,
      'backup',
      join(folder, 'device'),
      '3',
      '',
      join(folder, 'b'),
    ]);
    const ended = once(first, 'close');
    const device = await open(join(folder, 'device'), 'w'); // once the first reads it
    const second = spawnSync('bash', ['--norc', '-c', TO_FILE, 'backup', '/dev/zero', '3', '', join(folder, 'b')]);
    expect([second.status, second.stderr.toString()]).toEqual([1, `another backup is writing ${join(folder, 'b')}\n`]);
    await device.write('abc');
    await device.close();
    expect(await ended).toEqual([0, null]);
    expect(spawnSync('sha256sum', ['--check', '--status', 'b.sha256'], { cwd: folder }).status).toBe(0);
  });

  test('a device that cannot be read leaves no backup', () => {
    rmSync(join(folder, 'device'));
    expect(backUp().status).not.toBe(0);
    expect(readdirSync(folder).filter((name) => !name.endsWith('.partial'))).toEqual([]);
  });
});
