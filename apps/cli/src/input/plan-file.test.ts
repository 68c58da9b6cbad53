import { readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deriveDesired } from '@kvm/host';
import { parseInventory } from '@kvm/inventory';
import { expect, test } from 'vitest';
import { capturedRun, smallInventory } from '../../test/captured-run.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { createSession } from '../session.ts';
import { assertAsKept, readPlanFile, writePlanFile } from './plan-file.ts';

const desired = deriveDesired(parseInventory(smallInventory));
const made = { plan: { steps: [], waiting: [] }, desired, options: {} };

function sessionIn(cwd: string) {
  const output = { write: () => true };
  return createSession({ stdout: output, stderr: output, stdin: process.stdin, cwd, env: {} }, () => ({
    inventory: 'inventory.yaml',
    inventoryNamed: true,
    color: false,
  }));
}

test('only its owner may read a plan, which goes to the place of another plan and of nothing else', async () => {
  const cwd = temporaryFolder();
  const session = sessionIn(cwd);
  await writePlanFile(session, 'plan.json', made);
  expect(statSync(join(cwd, 'plan.json')).mode & 0o777).toBe(0o600);
  await writePlanFile(session, 'plan.json', { ...made, options: { restart: true } });
  expect((await readPlanFile(session, 'plan.json')).options).toEqual({ restart: true });
  writeFileSync(join(cwd, 'inventory.yaml'), smallInventory);
  symlinkSync('plan.json', join(cwd, 'link'));
  for (const there of ['inventory.yaml', 'link', '.'])
    await expect(writePlanFile(session, there, made)).rejects.toMatchObject({ code: 'file-exists' });
  expect(readFileSync(join(cwd, 'inventory.yaml'), 'utf8')).toBe(smallInventory);
  await expect(writePlanFile(session, 'none/plan.json', made)).rejects.toMatchObject({ code: 'cannot-write' });
});

test.each([
  ['no file', undefined, 'plan.json cannot be read: no such file'],
  ['no plan', 'guests: {}', 'plan.json is no plan'],
  ['one that was cut off', '{"kvmctl-plan":1,"inventory":', 'plan.json is cut off'],
  ['a later one', '{"kvmctl-plan":9}', 'another version'],
])('%s: nothing is looked at', async (_, text, message) => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'inventory.yaml'), smallInventory);
  if (text !== undefined) writeFileSync(join(cwd, 'plan.json'), text);
  const { exitCode, stdout, stderr } = await capturedRun(['apply', 'plan.json', '--yes', '-c', 'qemu:///none'], {
    cwd,
  });
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(stderr).toContain(message);
});

test('a plan that was kept has its own options, and standard input is one thing', async () => {
  expect(await capturedRun(['apply', 'plan.json', '--restart'])).toMatchObject({
    exitCode: 64,
    stderr: expect.stringContaining('give them to `kvmctl plan`'),
  });
  expect(await capturedRun(['-i', '-', 'apply', '-'])).toMatchObject({ exitCode: 64 });
});

test('what differs is told, the first of much', async () => {
  const cwd = temporaryFolder();
  const session = sessionIn(cwd);
  await writePlanFile(session, 'plan.json', made);
  const kept = await readPlanFile(session, 'plan.json');
  await assertAsKept('plan.json', kept, made);
  const more = {
    ...({ kind: 'differs', remedy: '', changes: [] } as const),
  };
  const waiting = Array.from({ length: 20 }, (_, index) => ({ ...more, what: `something ${index}` }));
  const error = await assertAsKept('plan.json', kept, { ...made, plan: { steps: [], waiting } }).catch((each) => each);
  expect(error.code).toBe('stale-plan');
  expect(error.lines).toHaveLength(18);
  expect(error.lines.slice(0, 2)).toEqual([
    'the host or the inventory is no longer as it was when plan.json was made: nothing was done.',
    '  + new:     something 0',
  ]);
  expect(error.lines.at(-2)).toBe('  and 5 more differences');
});
