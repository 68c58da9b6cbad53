import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { needs } from '@kvm/ci/needs';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { COMPARE } from './verify-move.ts';

describe.skipIf(needs('bash', 'cmp', 'dd'))('comparing the legs of a move', () => {
  let folder: string;
  const legs = () => [join(folder, 'source'), join(folder, 'target')];
  const compare = () =>
    spawnSync('bash', ['--norc', '-c', COMPARE, 'compare', ...legs(), '4096'], { encoding: 'utf8', timeout: 30_000 });

  beforeEach(() => {
    folder = mkdtempSync('/var/tmp/kvm-legs-'); // read past the cache, which a tmpfs at /tmp cannot do
    onTestFinished(() => rmSync(folder, { recursive: true }));
    for (const leg of legs()) writeFileSync(leg, Buffer.alloc(4096, 'a'));
  });

  test('what is the same', () => {
    expect(compare()).toMatchObject({ status: 0, stdout: 'same\n' });
  });

  test('what differs and stays so', () => {
    writeFileSync(join(folder, 'target'), Buffer.alloc(4096, 'b'));
    expect(compare()).toMatchObject({ status: 5, stdout: '' });
  });

  test('one that cannot be read is named; two are not alike because neither can', () => {
    rmSync(join(folder, 'target'));
    expect(compare()).toMatchObject({ status: 4, stdout: '' });
    rmSync(join(folder, 'source'));
    expect(compare()).toMatchObject({ status: 3, stdout: '' });
  });
});
