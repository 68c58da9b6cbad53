import { resolve } from 'node:path';
import type { Rotation, RotationStep } from '@kvm/shared-services/run';
import type { Command } from 'commander';
import { readServices } from '../../input/read-services.ts';
import { CliError } from '../../output/cli-error.ts';
import type { Session } from '../../session.ts';
import { askYes } from '../../terminal/ask.ts';

interface RotateOptions {
  readonly secrets: string;
  readonly canary?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

const steps = ['status', 'begin', 'canary', 'all', 'finish'] as const;

type Step = (typeof steps)[number];

export function addServicesRotate(services: Command, session: Session): void {
  const command = services
    .command('rotate')
    .summary("change the certificate authority and the guests' passwords, step by step")
    .description(
      'Takes one step from one certificate authority to the next. `begin` makes the new one, which all trust beside the ' +
        "old one; `canary` gives one machine a certificate by it, `all` the others; `finish` drops the old one. Guests' " +
        'passwords for the directory change with it. Each step is rolled out before the next one: `services apply` records that, ' +
        'and of machines that got their files otherwise it asks. `status` changes nothing.',
    );
  command
    .addArgument(command.createArgument('[step]', 'the step to take').choices(steps).default('status'))
    .requiredOption('--secrets <dir>', 'the folder of secrets')
    .option('--canary <guest>', 'the machine to begin with, for `canary`')
    .option('-y, --yes', 'do not ask whether the last step was rolled out')
    .option('--json', 'as JSON')
    .action((step: Step, options: RotateOptions) => rotateServices(session, step, options));
}

async function rotateServices(session: Session, step: Step, options: RotateOptions): Promise<void> {
  const { declaration } = await readServices(session);
  const { readRotation, rotate } = await import('@kvm/shared-services/run');
  const folder = resolve(session.io.cwd, options.secrets);
  const wanted = stepOf(step, options.canary);
  const rotation =
    wanted === undefined
      ? await readRotation(declaration, { folder })
      : await rotateOrAsk(session, options, (isRolledOut) => rotate(declaration, wanted, { folder, isRolledOut }));
  if (rotation === undefined) return;
  if (options.json) session.out.json({ version: 1, ...rotation });
  else session.out.lines(tell(rotation));
}

/** Files may reach machines by other means than `services apply`, of which only a person knows. */
async function rotateOrAsk(
  session: Session,
  { yes = false }: RotateOptions,
  take: (isRolledOut: boolean) => Promise<Rotation>,
): Promise<Rotation | undefined> {
  try {
    return await take(yes);
  } catch (error) {
    const { ServicesError } = await import('@kvm/shared-services');
    if (!(error instanceof ServicesError) || error.code !== 'not-rolled-out') throw error;
    session.say(error.message);
  }
  if (await askYes(session, 'Do they have it by other means?')) return take(true);
  session.say('nothing was done');
  session.exitCode = 1;
  return undefined;
}

function stepOf(step: Step, canary: string | undefined): RotationStep | undefined {
  if (step === 'status') return undefined;
  if (step !== 'canary') return step;
  if (canary === undefined) throw new CliError('usage', 'canary needs --canary GUEST, the machine to begin with.');
  return { canary };
}

const next = {
  none: 'One authority; nothing is under way. `begin` makes the next one.',
  begun: 'All are to trust two authorities. `services apply`; then `canary --canary GUEST`.',
  canary: 'Some machines have certificates and passwords of the new kind. `services apply`, and look; then `all`.',
  all: 'All have certificates and passwords of the new kind. `services apply`; then `finish`.',
} as const;

function tell({ stage, moved, waiting, behind }: Rotation): readonly string[] {
  if (stage === 'none')
    return [next.none, ...(waiting.length > 0 ? [`to be made by a render: ${waiting.join(', ')}`] : [])];
  return [
    next[stage],
    `new: ${moved.join(', ') || '-'}`,
    `old: ${waiting.join(', ') || '-'}`,
    ...(behind.length > 0 ? [`not known to be rolled out: ${behind.join(', ')}`] : []),
  ];
}
