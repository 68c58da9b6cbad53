import { resolve, sep } from 'node:path';
import type { Command } from 'commander';
import { readServices } from '../../input/read-services.ts';
import { CliError } from '../../output/cli-error.ts';
import type { Session } from '../../session.ts';
import { newAuthority } from './new-authority.ts';

interface RenderOptions {
  readonly out: string;
  readonly secrets: string;
}

export function addServicesRender(services: Command, session: Session): void {
  services
    .command('render')
    .summary('write everything that makes the machines clients and servers, secrets included')
    .description(
      'Writes for each machine a root file system (MACHINE/root) and user-data for cloud-init (MACHINE/user-data), and ' +
        'for all of them an Ansible playbook (playbook.yml). Keys, certificates and passwords that are missing are made ' +
        'and kept in the folder of secrets. What an earlier render has written there and this one does not is removed.',
    )
    .requiredOption('-o, --out <dir>', 'where to write; it becomes readable by you alone')
    .requiredOption('--secrets <dir>', 'the folder of secrets, mode 0700; made when it is not there')
    .action((options: RenderOptions) => render(session, options));
}

async function render(session: Session, { out, secrets }: RenderOptions): Promise<void> {
  const { declaration, machines } = await readServices(session);
  const { compareTree, writeTree } = await import('@kvm/host/run');
  const { renderMachineTree } = await import('@kvm/shared-services');
  const { makePrivateFolder, makeSecrets, removeEarlier, secretWarnings, withSecrets, withTreeList } = await import(
    '@kvm/shared-services/run'
  );
  const folder = resolve(session.io.cwd, secrets);
  const target = resolve(session.io.cwd, out);
  mustBeApart(target, folder);
  const { isNew } = await makeSecrets(declaration, { folder });
  if (isNew) session.say(newAuthority(secrets));
  const filled = await withSecrets(machines, folder);
  await makePrivateFolder(target);
  const tree = withTreeList(renderMachineTree(filled));
  const difference = compareTree(target, tree);
  const removed = removeEarlier(difference.folders.root, tree);
  writeTree(difference);
  const { created, changed, unchanged } = difference;
  const counts = `${created.length} created, ${changed.length} changed, ${unchanged.length} unchanged`;
  session.say(`${out}: ${counts}${removed > 0 ? `, ${removed} of an earlier render removed` : ''}`);
  for (const warning of await secretWarnings({ folder })) session.say(`warning: ${warning}`);
}

/** What is rendered is removed again one day, and copied to machines: no secret of the room's may lie among it. */
function mustBeApart(out: string, secrets: string): void {
  const within = (inner: string, outer: string): boolean => `${inner}${sep}`.startsWith(`${outer}${sep}`);
  if (!within(out, secrets) && !within(secrets, out)) return;
  const message = `--out ${out} and --secrets ${secrets} lie in each other: name two folders apart. Nothing was written.`;
  throw new CliError('usage', message);
}
