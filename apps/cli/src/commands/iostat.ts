import type { IostatReport } from '@kvm/iostat-parse';
import type { Command } from 'commander';
import { inputName, locatedError, readInput } from '../input/read-input.ts';
import { CliError } from '../output/cli-error.ts';
import type { Session } from '../session.ts';

interface IostatCommandOptions {
  readonly json?: boolean;
  readonly csv?: boolean;
}

export function addIostat(program: Command, session: Session): void {
  const command = program
    .command('iostat')
    .summary("show which guest writes most, from iostat's output")
    .description(
      "Reads iostat's output, text or JSON of any version, and shows its devices and the guest that writes most, as " +
        'soon as each report is there. Guests are known by their volumes: run iostat with -N.',
    )
    .argument('[file]', 'what iostat printed; - for standard input', '-');
  command
    .addOption(command.createOption('--json', 'a line of JSON a report, in bytes, requests, ms and %').conflicts('csv'))
    .option('--csv', 'a row of CSV a device and report, in the same units')
    .action((file: string, options: IostatCommandOptions) => showIostat(session, file, options));
}

async function showIostat(session: Session, file: string, options: IostatCommandOptions): Promise<void> {
  const show = options.json ? showAsJson : options.csv ? await csvShower() : await tableShower();
  let last: IostatReport | undefined;
  for await (const report of readReports(session, file)) {
    await show(session, report);
    last = report;
  }
  if (last === undefined) throw new CliError('bad-input', `${inputName(file)}: there is no report of iostat's in it.`);
  if (!last.complete) session.say(`${inputName(file)}: the end of the last report is missing; its last row may be cut`);
}

async function* readReports(session: Session, file: string): AsyncGenerator<IostatReport, void, undefined> {
  const { IostatError, parseIostatStream } = await import('@kvm/iostat-parse');
  try {
    yield* parseIostatStream(readInput(session, file));
  } catch (error) {
    throw error instanceof IostatError ? locatedError(file, error) : error;
  }
}

type Show = (session: Session, report: IostatReport) => Promise<void>;

const showAsJson: Show = ({ out }, report) => {
  out.jsonLine({ version: 1, ...report });
  return out.drained();
};

async function csvShower(): Promise<Show> {
  const { csvRenderer, IostatError } = await import('@kvm/iostat-parse');
  const renderCsv = csvRenderer();
  return ({ out }, report) => {
    try {
      out.lines(renderCsv(report));
    } catch (cause) {
      if (!(cause instanceof IostatError)) throw cause;
      throw new CliError('bad-input', `${cause.message}, or use --json.`, { cause });
    }
    return out.drained();
  };
}

async function tableShower(): Promise<Show> {
  const { attributeToGuests, renderTopWriter, topWriter } = await import('@kvm/iostat-parse');
  const { renderDevices } = await import('../output/iostat-table.ts');
  let number = 0;
  return async (session, { devices, timestamp }) => {
    number += 1;
    if (devices.length === 0) session.say('no devices; --json shows what else there is');
    const top = topWriter(attributeToGuests(devices));
    session.out.lines([
      ...(number > 1 ? [''] : []),
      ...(timestamp === undefined ? [] : [timestamp]),
      ...(devices.length === 0 ? [] : renderDevices(devices, session)),
      ...(top === undefined ? [] : [renderTopWriter(top)]),
    ]);
    await session.out.drained();
  };
}
