import type { Observed } from '../observed.ts';
import type { Waiting } from './step.ts';

/** More of a guest's mistakes than a person mends at once. */
const mostShown = 5;

/** Guests whose domain libvirt would refuse: nothing is begun for them. */
export const planRefused = ({
  schemaProblems = new Map(),
}: Pick<Observed, 'schemaProblems'>): readonly (Waiting & {
  readonly guest: string;
})[] =>
  [...schemaProblems].map(([guest, problems]) => ({
    guest,
    kind: 'blocked',
    what: `the host's libvirt refuses the domain of ${guest}: ${problems.slice(0, mostShown).join('; ')}`,
    remedy: `Correct guests.${guest}.xml. Nothing is done for ${guest} until then.`,
    changes: [],
  }));
