import type { Command } from 'commander';
import { readDesired } from '../read-inventory.ts';
import { reportSteps } from '../report-steps.ts';
import type { Session } from '../session.ts';
import { counted } from '../words.ts';

export function addLabUp(lab: Command, session: Session): void {
  lab
    .command('up')
    .summary('start the lab')
    .description('Starts the lab, and returns when every guest answers. The lab goes on until `kvmctl lab down`.')
    .option('--guests <names>', 'only these guests, with commas between them', (names) => names.split(','))
    .action(async ({ guests }: { guests?: string[] }) => {
      const { desired } = await readDesired(session);
      const { labUp } = await import('@kvm/lab');
      const { signal, release } = interruption();
      const options = { ...(guests && { guests }), report: reportSteps(session), signal };
      const { lab, accelerator } = await labUp(desired, options).finally(release);
      const { plan } = lab;
      const parts = `${counted(plan.neighbours.length, 'machine')}, ${counted(plan.guests.length, 'guest')}`;
      session.print(`the lab of ${plan.name} is up: ${parts} (${accelerator})`);
      session.say('Try every way: kvmctl lab test. End it: kvmctl lab down');
    });
}

/** Ctrl-C and SIGTERM as an AbortSignal: what was begun is taken down before kvmctl ends. */
function interruption(): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const name of signals) process.on(name, abort);
  return {
    signal: controller.signal,
    release() {
      for (const name of signals) process.off(name, abort);
    },
  };
}
