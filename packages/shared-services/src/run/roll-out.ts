import type { SharedServices } from '../index.ts';
import { type InspectedMachine, serversFirst } from './inspect-machines.ts';
import { type PutOutcome, putSetup } from './put-setup.ts';
import { recordRollOut } from './roll-outs.ts';
import { sideBySide } from './side-by-side.ts';

/** What came of a machine. */
export type RollOutOutcome = PutOutcome | { readonly error: string };

export interface RollOutOptions {
  /** The folder of secrets, where it is recorded which machine has which. */
  readonly folder: string;
  /** Is told of each machine as it is begun. */
  readonly onBegin?: (machine: string) => void;
  readonly onDone: (machine: string, outcome: RollOutOutcome) => void;
}

/**
 * Puts onto machines what they lack and takes back what has left them: servers first, as a client that is told of its new server
 * finds it then. One that fails keeps no other from it.
 */
export async function rollOut(
  declaration: SharedServices,
  machines: readonly InspectedMachine[],
  { folder, onBegin, onDone }: RollOutOptions,
): Promise<void> {
  const bySetup = new Map(machines.map((machine) => [machine.setup, machine]));
  for (const setups of serversFirst(declaration, [...bySetup.keys()]))
    await sideBySide(
      setups.flatMap((setup) => bySetup.get(setup) ?? []),
      put,
    );

  async function put({ setup, access, difference }: InspectedMachine): Promise<void> {
    onBegin?.(setup.machine);
    const outcome = await putSetup(setup, difference, access.run)
      .then(async (done) => {
        await recordRollOut([setup], folder);
        return done;
      })
      .catch((error: unknown) => ({ error: error instanceof Error ? error.message : String(error) }));
    onDone(setup.machine, outcome);
  }
}
