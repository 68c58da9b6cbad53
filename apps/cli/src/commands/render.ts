import { resolve } from 'node:path';
import type { TreeDifference } from '@kvm/host/run';
import type { Command } from 'commander';
import { readDesired } from '../input/read-inventory.ts';
import { assertTrusted, type TrustOptions, withTrustOption } from '../input/trust.ts';
import { counted } from '../output/words.ts';
import type { Session } from '../session.ts';

interface RenderOptions extends TrustOptions {
  readonly out: string;
  readonly prune?: boolean;
  readonly dryRun?: boolean;
  readonly verbose?: boolean;
}

export function addRender(program: Command, session: Session): void {
  withTrustOption(program.command('render'))
    .summary('write all files that follow from the inventory')
    .description(
      'Writes all files that follow from the inventory into a folder, at the paths they have on the host. ' +
        'Files that are right already are not touched; when anything is wrong with the inventory, or its raw XML or paths ' +
        'reach the host beyond its guests and --trust-xml is not given, nothing is written.',
    )
    .requiredOption('-o, --out <dir>', 'the folder; / is the host itself')
    .option('-n, --dry-run', 'write nothing, and show what would be written')
    .option('--prune', 'remove files of guests that the inventory no longer has (only in DIR/etc/kvm)')
    .option('-v, --verbose', 'list the files that are written')
    .action((options: RenderOptions) => render(session, options));
}

async function render(session: Session, options: RenderOptions): Promise<void> {
  const { desired } = await readDesired(session);
  assertTrusted(desired.exposures, options);
  const { renderTree } = await import('@kvm/host');
  const { compareTree, pruneTree, writeTree } = await import('@kvm/host/run');
  const difference = compareTree(resolve(session.io.cwd, options.out), await renderTree(desired));
  if (!options.dryRun) {
    writeTree(difference);
    if (options.prune) pruneTree(difference);
  }
  if (options.dryRun || options.verbose) listFiles(session, difference, options.prune);
  summarise(session, difference, options);
  if (!options.prune) nameExtraneous(session, difference);
}

function listFiles({ print, paint }: Session, { created, changed, extraneous }: TreeDifference, prune = false): void {
  for (const { path } of created) print(`${paint.green('create')} ${path}`);
  for (const { path } of changed) print(`${paint.yellow('change')} ${path}`);
  if (prune) for (const path of extraneous) print(`${paint.red('remove')} ${path}`);
}

function summarise(session: Session, difference: TreeDifference, { out, prune, dryRun }: RenderOptions): void {
  const { created, changed, unchanged, extraneous } = difference;
  const did = dryRun ? ['to create', 'to change', 'to remove'] : ['created', 'changed', 'removed'];
  const counts = [
    `${created.length} ${did[0]}`,
    `${changed.length} ${did[1]}`,
    `${unchanged.length} unchanged`,
    ...(prune ? [`${extraneous.length} ${did[2]}`] : []),
  ];
  session.say(`${out}: ${counts.join(', ')}`);
}

const mostNamed = 10;

function nameExtraneous(session: Session, { extraneous }: TreeDifference): void {
  if (extraneous.length === 0) return;
  for (const path of extraneous.slice(0, mostNamed)) session.say(`  ${path}`);
  if (extraneous.length > mostNamed) session.say(`  and ${extraneous.length - mostNamed} more`);
  const are = extraneous.length === 1 ? 'is' : 'are';
  session.say(`${counted(extraneous.length, 'file')} there ${are} not from this inventory; --prune removes such files`);
}
