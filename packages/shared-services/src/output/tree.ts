import type { MachineSetup } from '../machine-setup.ts';
import { renderAnsible } from './ansible.ts';
import { renderCloudInit } from './cloud-init.ts';

/** A file of a tree, at its path from the tree's folder: `/web/user-data`. */
export interface TreeFile {
  readonly path: string;
  /** Permission bits: 0o600. */
  readonly mode: number;
  readonly content: string;
}

/**
 * The forms setups are wanted in: for each machine a root file system (`/MACHINE/root`) and user-data for cloud-init
 * (`/MACHINE/user-data`), and for all of them an Ansible playbook (`/playbook.yml`).
 */
export const renderMachineTree = (setups: readonly MachineSetup[]): readonly TreeFile[] => [
  ...setups.flatMap((setup) => [
    ...setup.files.map(({ path, mode, content }) => ({ path: `/${setup.machine}/root${path}`, mode, content })),
    { path: `/${setup.machine}/user-data`, mode: 0o600, content: renderCloudInit(setup) },
  ]),
  { path: '/playbook.yml', mode: 0o600, content: renderAnsible(setups, (machine) => `${machine}/root`) },
];
