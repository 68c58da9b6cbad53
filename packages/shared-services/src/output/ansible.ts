import { commandsOf, enabledBy, type Handler, type MachineSetup, restartedBy, UNFINISHED } from '../machine-setup.ts';

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

/** Whether one of the files that some handlers read was changed. */
const whenChanged = (handlers: readonly Handler[]): string =>
  `      vars:
        reads: ${flow([...new Set(handlers.flatMap(({ reads }) => reads))])}
      when: >-
        unfinished.stat.exists or
        files.results | selectattr('changed') | map(attribute='item.path') | intersect(reads) | length > 0
`;

function commandTask(argv: readonly string[], handlers: readonly Handler[]): string {
  const runs = ({ commands }: Handler): boolean => commands.some((command) => flow(command) === flow(argv));
  return `    - name: ${flow(argv.join(' '))}
      ansible.builtin.command:
        argv: ${flow(argv)}
${whenChanged(handlers.filter(runs))}      changed_when: true
`;
}

function play(setup: MachineSetup, folder: string): string {
  const { machine, system, packages, files, handlers } = setup;
  const service = system === 'alpine' ? 'service' : 'systemd';
  const enabled = enabledBy(handlers);
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
    ...commandsOf(handlers).map((argv) => commandTask(argv, handlers)),
    ...restartedBy(handlers).map(
      (unit) => `    - name: ${flow(`restart ${unit}`)}
      ansible.builtin.${service}:
        name: ${flow(unit)}
        state: restarted
${whenChanged(handlers.filter(({ units }) => units.includes(unit)))}`,
    ),
    ...(enabled.length === 0
      ? []
      : [
          `    - name: Units
      ansible.builtin.${service}:
        name: "{{ item }}"
        enabled: true
        state: started
      loop: ${flow(enabled)}
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
