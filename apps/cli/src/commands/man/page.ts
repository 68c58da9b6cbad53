import type { Argument, Command, Option } from 'commander';
import { version } from '../../output/version.ts';

/** Text as roff has it: nothing in it is a request, and what looks like a hyphen is one. */
function roff(text: string): string {
  const escaped = text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll("'", '\\(aq').replaceAll('`', '\\(ga');
  return escaped.replace(/^\./gm, '\\&.');
}

/** A command as people type it: `kvmctl firewall show`. */
const nameOf = (command: Command): string =>
  command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;

function argumentWord(argument: Argument): string {
  const word = `${argument.name()}${argument.variadic ? ' ...' : ''}`;
  return argument.required ? `\\fI${roff(word)}\\fR` : `[\\fI${roff(word)}\\fR]`;
}

const synopsis = (command: Command): string =>
  [`\\fB${roff(nameOf(command))}\\fR`, '[options]', ...command.registeredArguments.map(argumentWord)].join(' ');

function describe({ description, defaultValue }: Option | Argument): string {
  const known = typeof defaultValue === 'string' ? ` (default: ${defaultValue})` : '';
  return roff(`${description}${known}`);
}

const optionLines = ({ options }: Command): string[] =>
  options
    .filter(({ hidden }) => !hidden)
    .flatMap((option) => ['.TP', `\\fB${roff(option.flags)}\\fR`, describe(option)]);

const isShown = (command: Command): boolean => !command.name().startsWith('__') && command.name() !== 'help';

/** Commands that do something, in the table's order: those of a group stand where it does. */
const commandsIn = (command: Command): readonly Command[] =>
  command.commands.filter(isShown).flatMap((each) => (each.commands.length > 0 ? commandsIn(each) : [each]));

function commandLines(command: Command): string[] {
  const told = command.registeredArguments.filter(({ description }) => description);
  return [
    `.SS ${roff(nameOf(command).replace(/^kvmctl /, ''))}`,
    synopsis(command),
    '.PP',
    ...(command.description() || command.summary()).split(/\n+/).flatMap((text) => [roff(text), '.PP']),
    ...told.flatMap((argument) => ['.TP', `\\fI${roff(argument.name())}\\fR`, describe(argument)]),
    ...optionLines(command),
  ];
}

const exitCodes = [
  ['0', 'Done, or nothing to do.'],
  ['1', 'An error; standard error says what, why, and how to mend it.'],
  ['2', 'Something differs, where --detailed-exitcode asks for it; of plan and drift: apply would do something.'],
  ['3', 'With --detailed-exitcode: nothing that apply would do, but something is blocked, or left to a person.'],
  ['4', 'With --detailed-exitcode: nothing but what is put off, to a restart or by --target and --exclude.'],
  ['64', 'A wrong use.'],
] as const;

/** The manual page kvmctl(1), for man(7)'s macros, from the table of commands. */
export function renderManPage(program: Command): string {
  return `${[
    `.TH KVMCTL 1 "" "kvmctl ${roff(version)}" "User Commands"`,
    '.SH NAME',
    `kvmctl \\- the server room from one inventory file`,
    '.SH SYNOPSIS',
    '\\fBkvmctl\\fR [options] \\fIcommand\\fR [options] [\\fIargument\\fR ...]',
    '.SH DESCRIPTION',
    roff(program.description()),
    '.SH OPTIONS',
    'All commands take these.',
    ...optionLines(program),
    '.TP',
    '\\fB\\-h, \\-\\-help\\fR',
    'show help, of kvmctl or of a command',
    '.SH COMMANDS',
    ...commandsIn(program).flatMap(commandLines),
    '.SH EXIT STATUS',
    ...exitCodes.flatMap(([code, meaning]) => ['.TP', `\\fB${code}\\fR`, roff(meaning)]),
    '.SH ENVIRONMENT',
    '.TP',
    '\\fBNO_COLOR\\fR',
    'no colours, as with \\-\\-no\\-color',
    '.TP',
    '\\fBLIBVIRT_DEFAULT_URI\\fR',
    'the libvirtd of commands that take \\-\\-connect, when that is not given',
  ].join('\n')}\n`;
}
