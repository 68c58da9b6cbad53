import { Command } from 'commander';
import { addApply } from './commands/apply.ts';
import { addComplete } from './commands/complete.ts';
import { addCompletion } from './commands/completion.ts';
import { addDestroy } from './commands/destroy.ts';
import { addDisk } from './commands/disk.ts';
import { addDoctor } from './commands/doctor.ts';
import { addDrift } from './commands/drift.ts';
import { addEvents } from './commands/events.ts';
import { addFirewall } from './commands/firewall.ts';
import { addConsole } from './commands/guest/console.ts';
import { addKill } from './commands/guest/kill.ts';
import { addList } from './commands/guest/list.ts';
import { addReboot } from './commands/guest/reboot.ts';
import { addScreenshot } from './commands/guest/screenshot.ts';
import { addStart } from './commands/guest/start.ts';
import { addStats } from './commands/guest/stats.ts';
import { addStop } from './commands/guest/stop.ts';
import { addImport } from './commands/import.ts';
import { addInit } from './commands/init.ts';
import { addIostat } from './commands/iostat.ts';
import { addLab } from './commands/lab.ts';
import { addMan } from './commands/man.ts';
import { addPlan } from './commands/plan.ts';
import { addRender } from './commands/render.ts';
import { addRoutes } from './commands/routes.ts';
import { addSchema } from './commands/schema.ts';
import { addServices } from './commands/services.ts';
import { addShow } from './commands/show.ts';
import { addTop } from './commands/top.ts';
import { addValidate } from './commands/validate.ts';
import { addXml } from './commands/xml.ts';
import { version } from './output/version.ts';
import { createSession, type GlobalOptions, type Session } from './session.ts';
import type { Io } from './terminal/io.ts';

/** The table of all commands, from which reading arguments, help and completion come. */
export function createProgram(io: Io): { program: Command; session: Session } {
  const program = new Command('kvmctl');
  const session = createSession(io, () => ({
    ...program.opts<GlobalOptions>(),
    inventoryNamed: program.getOptionValueSource('inventory') !== 'default',
  }));
  program
    .description('One inventory file describes a KVM host, its guests and its neighbours; the rest follows from it.')
    .option('-i, --inventory <file>', 'the inventory; - for standard input', 'inventory.yaml')
    .option('-q, --quiet', 'no messages but errors')
    .option('--no-color', 'no colours, as with NO_COLOR')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .configureHelp({ showGlobalOptions: true, styleTitle: (title) => session.paint.bold(title) })
    .configureOutput({
      writeOut: (text) => session.out.document(text),
      writeErr: (text) => session.err.document(text),
      outputError: (text) => reportWrongUse(session, text),
      getOutHelpWidth: () => session.out.width ?? 80,
      getErrHelpWidth: () => session.err.width ?? 80,
      getOutHasColors: () => session.out.hasColours,
      getErrHasColors: () => session.err.hasColours,
    })
    .exitOverride()
    .showHelpAfterError(false)
    .addHelpText('after', firstSteps);
  for (const add of [
    addInit,
    addValidate,
    addShow,
    addRender,
    addRoutes,
    addPlan,
    addApply,
    addDrift,
    addImport,
    addDestroy,
    addDoctor,
    addFirewall,
    addDisk,
    addServices,
    addLab,
    addList,
    addStart,
    addStop,
    addReboot,
    addKill,
    addConsole,
    addScreenshot,
    addEvents,
    addStats,
    addTop,
    addIostat,
    addXml,
    addSchema,
    addCompletion,
    addMan,
    addComplete,
  ])
    add(program, session);
  return { program, session };
}

/** What commander says of a wrong use, and below it perhaps what was meant. */
function reportWrongUse({ err }: Session, text: string): void {
  const [hint = '', guess] = /\n(\(Did you mean .*\?\))\n$/.exec(text) ?? [];
  err.message(`${err.paint.red('kvmctl:')} ${text.slice(0, text.length - hint.length).replace(/^error: /, '')}`);
  if (guess !== undefined) err.lines([guess]);
}

const firstSteps = `
First steps:
  kvmctl init                 write inventory.yaml
  kvmctl show                 see what follows from it
  kvmctl render --out ./tree  write all files, without touching the host
  kvmctl plan                 see what would be done to the host`;
