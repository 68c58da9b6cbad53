import { commandsOf, enabledBy, type MachineSetup, restartedBy } from '../machine-setup.ts';
import { systemTools } from '../system-tools.ts';
import { yamlText } from './literal-block.ts';

/**
 * A machine's setup as cloud-init's user-data. Files are written after the packages are there (`defer`), because their
 * owners come with these; what a package asks about files is answered for the ones written here.
 */
export function renderCloudInit({ system, packages, files, handlers }: MachineSetup): string {
  const written = files.map(
    ({ path, mode, owner, group, content }) => `  - path: ${JSON.stringify(path)}
    owner: ${JSON.stringify(`${owner}:${group}`)}
    permissions: "${mode.toString(8).padStart(4, '0')}"
    defer: true
    content: ${yamlText(content, 4)}
`,
  );
  const { enable, restart } = systemTools[system];
  const run = [...commandsOf(handlers), ...enabledBy(handlers).map(enable), ...restartedBy(handlers).map(restart)];
  const section = (name: string, items: readonly string[]): string =>
    items.length === 0 ? '' : `${name}:\n${items.join('')}`;
  return `#cloud-config
package_update: true
${section(
  'packages',
  packages.map((name) => `  - ${name}\n`),
)}${section('write_files', written)}${section(
  'runcmd',
  run.map((command) => `  - ${JSON.stringify(command)}\n`),
)}`;
}
