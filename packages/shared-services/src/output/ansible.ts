import { type MachineSetup, UNFINISHED } from '../machine-setup.ts';

/**
 * An Ansible playbook that sets up every machine from files that lie beside it.
 *
 * @param folderOf where a machine's files are, from the playbook's folder
 */
export function renderAnsible(setups: readonly MachineSetup[], folderOf: (machine: string) => string): string {
  return `---\n${setups.map((setup) => play(setup, folderOf(setup.machine))).join('\n')}`;
}

/** JSON is YAML; spaces make it what a person would write. */
const flow = (value: unknown): string => JSON.stringify(value);

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));

/** Debian's packages come without those they only recommend; others have no word for it. */
const packageTask = ({ system, packages }: MachineSetup): string =>
  `    - name: Packages
      ansible.builtin.${system === 'debian' ? 'apt' : 'package'}:
        name: ${flow(packages)}
${system === 'debian' ? '        install_recommends: false\n        update_cache: true\n' : ''}`;

function play(setup: MachineSetup, folder: string): string {
  const { machine, system, packages, files, commands, units } = setup;
  const tasks = [
    ...(packages.length === 0 ? [] : [packageTask(setup)]),
    `    - name: Folders
      ansible.builtin.file:
        path: "{{ item }}"
        state: directory
      loop: ${flow([...new Set([UNFINISHED, ...files.map(({ path }) => path)].map(folderOf))].sort())}
`,
    `    - name: Whether a run was interrupted
      ansible.builtin.stat:
        path: ${UNFINISHED}
      register: unfinished
`,
    `    - name: Mark
      ansible.builtin.file:
        path: ${UNFINISHED}
        state: touch
        mode: "0644"
      changed_when: false
`,
    `    - name: Files
      diff: false
      ansible.builtin.copy:
        src: "${folder}{{ item.path }}"
        dest: "{{ item.path }}"
        owner: "{{ item.owner }}"
        group: "{{ item.group }}"
        mode: "{{ item.mode }}"
      loop:
${files
  .map(
    ({ path, mode, owner, group }) =>
      `        - ${flow({ path, owner, group, mode: mode.toString(8).padStart(4, '0') })}\n`,
  )
  .join('')}      register: files
`,
    ...commands.map(
      (argv) => `    - name: ${flow(argv.join(' '))}
      ansible.builtin.command:
        argv: ${flow(argv)}
      when: files is changed or unfinished.stat.exists
      changed_when: true
`,
    ),
    ...(units.length === 0
      ? []
      : [
          `    - name: Units
      ansible.builtin.${system === 'alpine' ? 'service' : 'systemd'}:
        name: "{{ item }}"
        enabled: true
        state: "{{ 'restarted' if files is changed or unfinished.stat.exists else 'started' }}"
      loop: ${flow(units)}
`,
        ]),
    `    - name: No mark
      ansible.builtin.file:
        path: ${UNFINISHED}
        state: absent
      changed_when: false
`,
  ];
  return `- name: ${machine}
  hosts: ${machine}
  become: true
  tasks:
${tasks.join('\n')}`;
}
