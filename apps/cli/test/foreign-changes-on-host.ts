import type { Tried } from './edits-on-host.ts';
import type { ForeignChange } from './foreign-change.ts';
import type { SoakedHost } from './soaked-host.ts';

const contains = (text: string, sign: string | RegExp): boolean =>
  typeof sign === 'string' ? text.replace(/ +/g, ' ').includes(sign) : sign.test(text);

/**
 * Lets somebody change a host that is as its file says: `drift` has to tell it, and `apply` to mend it, or to say why it does not.
 * Then nothing is left to tell.
 */
export async function tryForeignChange(host: SoakedHost, change: ForeignChange): Promise<Tried> {
  const wrong: string[] = [];
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      wrong.push(error instanceof Error ? error.message : String(error));
    }
  };
  await attempt(async () => {
    await host.must(`set -e\n${change.script}`);
    wrong.push(...(await toldAndApplied(host, change)));
  });
  await attempt(() => takeBack(host, change));
  const after = await host.kvmctl('drift', '--detailed-exitcode');
  if (after.exitCode !== 0) wrong.push(`drift still says: ${after.stdout}${after.stderr}`);
  // The next one begins with a host that is as it is to be.
  if (after.exitCode !== 0) wrong.push(...(await host.mustRun('apply', '--yes')));
  return { what: change.what, wrong };
}

async function toldAndApplied(host: SoakedHost, { shows, refuses }: ForeignChange): Promise<string[]> {
  const wrong: string[] = [];
  const isTold = async (): Promise<void> => {
    const { exitCode, stdout, stderr } = await host.kvmctl('drift', '--detailed-exitcode');
    if (![2, 3, 4].includes(exitCode) || !contains(stdout, shows))
      wrong.push(`drift does not show ${shows}: ${stdout}${stderr}`);
  };
  await isTold();
  const { exitCode, stdout, stderr } = await host.kvmctl('apply', '--yes');
  if (refuses === undefined) {
    if (exitCode !== 0) wrong.push(`apply ended with ${exitCode}: ${stdout}${stderr}`);
    return wrong;
  }
  if (!contains(stdout + stderr, refuses)) wrong.push(`apply does not say ${refuses}: ${stdout}${stderr}`);
  await isTold();
  return wrong;
}

async function takeBack(host: SoakedHost, { undo, restarts }: ForeignChange): Promise<void> {
  if (restarts !== undefined) await host.restart([restarts]);
  if (undo === undefined) return;
  await host.must(`set -e\n${undo}`);
  await host.kvmctl('apply', '--yes');
}
