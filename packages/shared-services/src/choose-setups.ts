import type { Machine } from './declaration.ts';
import type { MachineSetup } from './machine-setup.ts';

/** Which of the machines are meant. */
export interface SetupChoice {
  /** Machines by name; all when there are none. */
  readonly names: readonly string[];
  /** Machines that were given files of the services, whether they are still to have any or not. */
  readonly before: readonly string[];
}

/**
 * The setups of the machines that are meant: those with a service; and of those that had one, or are named, a setup of nothing, so
 * that what they have is taken back. Names that no machine has are passed over.
 */
export function chooseSetups(
  machines: readonly Machine[],
  setups: readonly MachineSetup[],
  { names, before }: SetupChoice,
): readonly MachineSetup[] {
  const known = new Map(machines.map((machine) => [machine.name, machine]));
  const withSetup = new Set(setups.map(({ machine }) => machine));
  const without = [...new Set(names.length > 0 ? names : before)].flatMap((name): MachineSetup[] => {
    const machine = known.get(name);
    return machine === undefined || withSetup.has(name)
      ? []
      : [{ machine: name, system: machine.system ?? 'debian', packages: [], files: [], handlers: [] }];
  });
  const wanted = new Set(names);
  return [...setups, ...without].filter(({ machine }) => names.length === 0 || wanted.has(machine));
}
