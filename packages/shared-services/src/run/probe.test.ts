import { runHere } from '@kvm/command';
import { expect, test } from 'vitest';
import type { Probe } from '../index.ts';
import { runProbes } from './probe.ts';

const probe = (service: Probe['service'], expects: Probe['expects'], ...command: Probe['command']): Probe => ({
  ...{ service, expects, command, claim: command.join(' '), remedy: 'Mend it.' },
});

test('each probe is timed; what must be refused is not tried where nothing is there', async () => {
  const probes = [
    probe('dns', 'success', 'sleep', '0.1'),
    probe('dns', 'refusal', 'sh', '-c', 'echo first >&2; echo last >&2; exit 3'),
    probe('mail', 'success', 'sh', '-c', 'echo nobody answers >&2; exit 1'),
    probe('mail', 'refusal', 'touch', '/never'),
    probe('time', 'success', 'no-such-program'),
    probe('time', 'success', 'cat'),
  ];
  const found = [];
  for await (const outcome of runProbes(probes, runHere)) found.push(outcome);
  expect(found).toMatchObject([
    { service: 'dns', verdict: 'good', claim: 'sleep 0.1' },
    { verdict: 'good', seconds: expect.any(Number) },
    { service: 'mail', verdict: 'bad', found: 'nobody answers', remedy: 'Mend it.' },
    { verdict: 'unknown', found: expect.stringContaining('not tried') },
    { verdict: 'unknown', found: expect.stringContaining('no-such-program') },
    { verdict: 'good' },
  ]);
  expect(found[0]?.seconds).toBeGreaterThan(0);
  expect(found[3]).not.toHaveProperty('seconds');
});

test('what a login shell says before is not what the program says', async () => {
  const run: typeof runHere = async (command, input) => {
    const result = await runHere(command, input);
    return { ...result, stderr: `Welcome!\n${result.stderr}` };
  };
  const { value } = await runProbes([probe('dns', 'success', 'false')], run).next();
  expect(value).toMatchObject({ verdict: 'bad', found: 'exit status 1' });
});

test('a guest on which nothing can be run is an error, not a finding', async () => {
  const run = () => runHere(['sh', '-c', 'echo connection refused >&2; exit 255']);
  await expect(runProbes([probe('dns', 'success', 'true')], run).next()).rejects.toMatchObject({
    code: 'program-failed',
    message: expect.stringContaining('connection refused'),
  });
});
