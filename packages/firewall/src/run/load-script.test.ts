import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadAndKeep } from './load-script.ts';

test.each([
  ['all is well', 'true', 'true', ['loaded', 'published', 'staged']],
  ['no room for the files', 'false', 'true', ['staged']],
  ['a load that fails', 'true', 'false', ['loaded', 'restored', 'staged']],
])('%s', (_, stageEnds, loadEnds, files) => {
  const cwd = mkdtempSync(join(tmpdir(), 'kvm-load-'));
  try {
    const script = loadAndKeep(
      { load: `touch loaded\n${loadEnds}\n`, rollback: 'touch restored\n' },
      { stage: `touch staged\n${stageEnds}\n`, publish: 'touch published\n' },
    );
    expect(spawnSync('sh', ['-eu'], { cwd, input: script }).status).toBe(files.includes('published') ? 0 : 1);
    expect(readdirSync(cwd).sort()).toEqual(files);
  } finally {
    rmSync(cwd, { recursive: true });
  }
});
