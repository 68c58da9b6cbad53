import type { Exposure, Imported, Plan } from '@kvm/host';
import type { Command } from 'commander';
import { type HostOptions, type OpenHost, openHost, withHostOptions } from '../hosts/open-host.ts';
import { listExposures } from '../input/trust.ts';
import { planJson, summarisePlan } from '../output/plan-summary.ts';
import { renderPlan } from '../output/render-plan.ts';
import { counted } from '../output/words.ts';
import type { Session } from '../session.ts';
import { beginInventory, textOrNone } from './import/begin-inventory.ts';
import { writeInventory } from './import/write-inventory.ts';

interface ImportOptions extends HostOptions {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export function addImport(program: Command, session: Session): void {
  withHostOptions(program.command('import'))
    .summary('write domains that are there into the inventory')
    .description(
      'Adds domains of the host to the inventory as they are, so that a plan for them is empty: those that are named, else ' +
        'all that no inventory has made. What the template makes is written with its few keys, another domain with its whole ' +
        'definition as raw XML. All else of the file stays letter for letter; without a file, one is begun. Changes nothing ' +
        'on the host.',
    )
    .argument('[domains...]', 'names of the domains')
    .option('-n, --dry-run', 'write nothing, and show the change as a diff')
    .option('--json', 'as JSON, what came of each domain')
    .action(async (names: string[], options: ImportOptions) => {
      await using host = await openHost(session, options);
      const { loadImportable, observeDomains, observeStorage } = await import('@kvm/host/run');
      const { chooseDomains, importDomains } = await import('@kvm/host');
      const [domains, storage] = await Promise.all([observeDomains(host.connection), observeStorage(host.run)]);
      const groups = storage?.groups.map(({ name }) => name) ?? [];
      const before = await textOrNone(session);
      const text = before ?? (await beginInventory(host, { groups, domains }));
      const file = session.inventory === '-' ? 'stdin' : session.inventory;
      const wanted = await loadImportable(host.connection, chooseDomains(domains, names, text));
      const imported = importDomains(text, wanted, { file, storage });
      const { plan, otherSteps, exposures } = await planOf(imported, { host, file });
      if (imported.guests.length > 0) writeInventory(session, { before, after: imported.text, ...options });
      if (options.json && !options.dryRun && session.inventory !== '-') {
        const { guests, left } = imported;
        session.out.json({ version: 1, guests, left, plan: planJson(plan), exposures });
      } else report(session, imported, { plan, otherSteps, exposures });
      if (imported.left.length > 0) session.exitCode = 1;
    });
}

interface ImportedPlan {
  /** Of the guests that were imported. */
  readonly plan: Plan;
  /** How many steps there are for the host and its other guests. */
  readonly otherSteps: number;
  readonly exposures: readonly Exposure[];
}

/** What a plan says of the guests that were imported, and what they have of the host. */
async function planOf(
  { text, guests }: Imported,
  { host, file }: { readonly host: OpenHost; readonly file: string },
): Promise<ImportedPlan> {
  if (guests.length === 0) return { plan: { steps: [], waiting: [] }, otherSteps: 0, exposures: [] };
  const { deriveDesired, planHost } = await import('@kvm/host');
  const { parseInventory } = await import('@kvm/inventory');
  const { observe } = await import('@kvm/host/run');
  const desired = deriveDesired(parseInventory(text, { file }));
  const { steps, waiting } = planHost(desired, await observe(desired, host));
  const names = new Set(guests.map(({ name }) => name));
  const isImported = ({ guest }: { readonly guest?: string }): boolean => guest !== undefined && names.has(guest);
  const own = steps.filter(isImported);
  return {
    plan: { steps: own, waiting: waiting.filter(isImported) },
    otherSteps: steps.length - own.length,
    exposures: desired.exposures.filter((each) => each.guest === undefined || isImported(each)),
  };
}

function report(session: Session, { guests, left }: Imported, { plan, otherSteps, exposures }: ImportedPlan): void {
  for (const { name, vmid, as } of guests) session.say(`${name}: VMID ${vmid}, as ${as}`);
  for (const { name, why, remedy } of left) session.say(`${name}: left alone. ${why} ${remedy}`);
  for (const each of listExposures(exposures)) session.say(`warning: ${each}`);
  session.say(`${counted(guests.length, 'guest')} added, ${left.length} left alone`);
  if (guests.length === 0) return;
  const shown = renderPlan(plan, { paint: session.paintError });
  if (shown.length === 0) session.say('a plan for them is empty');
  else session.say('what the inventory cannot say of them:', ...shown, summarisePlan(plan));
  if (otherSteps > 0)
    session.say(`a plan has ${counted(otherSteps, 'step')} for the host and its other guests: see kvmctl plan`);
}
