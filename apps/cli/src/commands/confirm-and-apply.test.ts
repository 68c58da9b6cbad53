import type { Exposure, Plan } from '@kvm/host';
import { expect, test } from 'vitest';
import { createSession } from '../session.ts';
import { carryOut } from './confirm-and-apply.ts';

const plan: Plan = {
  steps: [
    {
      id: 'resume web',
      guest: 'web',
      sign: '>',
      title: 'resume it',
      effect: 'live',
      changes: [],
      reason: 'it is paused',
      after: [],
      action: { kind: 'resume', guest: 'web', uuid: '9b2f6a34-5d0c-4e57-8a61-6f2f0c9d4b65' },
    },
  ],
  waiting: [],
};
const exposure: Exposure = {
  guest: 'web',
  path: ['guests', 'web', 'xml'],
  file: 'home.yaml',
  line: 4,
  column: 7,
  message: '/domain/devices/hostdev: a device of the host',
};

/** Carries the plan out, as far as it comes; a person at the terminal answers the question. */
async function carriedOut(options: { readonly yes?: boolean }, answer: string) {
  let said = '';
  const output = { write: (data: string | Uint8Array) => (said += data.toString()) };
  const stdin = Object.assign(
    (async function* () {
      yield Buffer.from(answer);
    })(),
    { isTTY: true },
  );
  const session = createSession({ stdout: output, stderr: output, stdin, cwd: '/', env: {} }, () => ({
    inventory: 'home.yaml',
    inventoryNamed: true,
    color: false,
  }));
  // Whoever touches the host fails.
  const none = undefined as never;
  const error = await carryOut(session, plan, { host: none, lock: none, options, exposures: [exposure] }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { said, error, exitCode: session.exitCode };
}

test('with --yes alone, guests get nothing of the host', async () => {
  const { error } = await carriedOut({ yes: true }, '');
  expect(error).toMatchObject({
    code: 'untrusted',
    message: expect.stringContaining('home.yaml:4:7: guests.web.xml: '),
  });
});

test('a person is shown what guests get of the host, and asked for that', async () => {
  const { said, error, exitCode } = await carriedOut({}, 'n\n');
  expect(error).toBeUndefined();
  expect(exitCode).toBe(1);
  expect(said).toContain('home.yaml:4:7: guests.web.xml: /domain/devices/hostdev: a device of the host\n');
  expect(said).toContain(', and let the guests have that of the host? [y/N]');
});
