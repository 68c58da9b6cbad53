import type { Argument, Command, Option } from 'commander';

/** What may stand at the cursor: words, or names of files or folders, which the shell knows best. */
export type Completion = 'files' | 'folders' | readonly Candidate[];

interface Candidate {
  readonly word: string;
  readonly description: string;
}

/** Names of the inventory, for arguments that are such names. */
export interface KnownNames {
  readonly guests: readonly string[];
  readonly groups: readonly string[];
  readonly machines: readonly string[];
}

/** What files say about the words that may stand at the cursor. */
export interface FileReaders {
  /** The names of an inventory file. */
  names(inventory: string): Promise<KnownNames>;
  /** The paths of an XML file. */
  paths(file: string): Promise<readonly string[]>;
}

/**
 * What may stand at the cursor.
 *
 * @param words all up to the cursor without the program's name; the last one is what is typed of the word at the cursor
 */
export async function completeWords(
  program: Command,
  words: readonly string[],
  read: FileReaders,
): Promise<Completion> {
  const before = words.slice(0, -1);
  const typed = words.at(-1) ?? '';
  const place = findPlace(program, before);
  if (place.rest) return [];
  const expected = place.pending ?? argumentAt(place.command, place.operands.length);
  if (place.pending === undefined) {
    if (typed.startsWith('-')) return matching(optionsOf(program, place.command), typed);
    if (place.command.commands.length > 0 && place.operands.length === 0)
      return matching(commandsOf(place.command), typed);
  }
  if (expected === undefined) return [];
  return matching(await valuesOf(expected, { typed, place, read }), typed);
}

/** The last argument of a command may stand for all that follow. */
function argumentAt({ registeredArguments }: Command, index: number): Argument | undefined {
  const last = registeredArguments.at(-1);
  return registeredArguments[index] ?? (last?.variadic ? last : undefined);
}

interface Place {
  command: Command;
  /** The arguments of the command that stand before the cursor. */
  readonly operands: string[];
  /** The option whose value stands at the cursor. */
  pending?: Option | undefined;
  /** Whether `--` stands before the cursor: what follows is not ours. */
  rest: boolean;
  inventory: string;
}

function findPlace(program: Command, words: readonly string[]): Place {
  const place: Place = { command: program, operands: [], rest: false, inventory: 'inventory.yaml' };
  for (const word of words) passWord(program, place, word);
  return place;
}

function passWord(program: Command, place: Place, word: string): void {
  const { pending, command } = place;
  if (pending) {
    if (pending.long === '--inventory') place.inventory = word;
    place.pending = undefined;
  } else if (word === '--') {
    place.rest = true;
  } else if (word.startsWith('-') && word !== '-') {
    const option = [...command.options, ...program.options].find(({ short, long }) => word === short || word === long);
    if (option?.required) place.pending = option;
  } else {
    const subcommand = command.commands.find((each) => each.name() === word);
    if (subcommand) place.command = subcommand;
    else place.operands.push(word);
  }
}

function matching(completion: Completion, typed: string): Completion {
  if (typeof completion === 'string') return completion;
  return completion.filter(({ word }) => word.startsWith(typed));
}

function optionsOf(program: Command, command: Command): Candidate[] {
  const own = command === program ? [] : command.options;
  return [...own, ...program.options]
    .flatMap(({ long, short, description }) => [{ word: long ?? short ?? '', description }])
    .concat({ word: '--help', description: 'show help' });
}

const commandsOf = (command: Command): Candidate[] =>
  command.commands
    .filter((each) => !each.name().startsWith('__'))
    .map((each) => ({ word: each.name(), description: each.summary() || each.description() }));

/** What kind of value it is follows from the name by which help calls it: `--out <dir>`, `<machine>`. */
async function valuesOf(
  expected: Option | Argument,
  { typed, place, read }: { readonly typed: string; readonly place: Place; readonly read: FileReaders },
): Promise<Completion> {
  if (expected.argChoices) return expected.argChoices.map((word) => ({ word, description: '' }));
  const kind = 'flags' in expected ? /[<[](\w+)[>\]]/.exec(expected.flags)?.[1] : expected.name();
  const readNames = () => read.names(place.inventory);
  switch (kind) {
    case 'file':
      return 'files';
    case 'file-or-path': {
      const [file] = place.operands;
      if (file === undefined || file === '-' || !typed.startsWith('/domain')) return 'files';
      return (await read.paths(file)).map((word) => ({ word, description: '' }));
    }
    case 'dir':
      return 'folders';
    case 'guest':
      return (await readNames()).guests.map((word) => ({ word, description: 'guest' }));
    case 'names':
    case 'guests':
      return furtherWords(typed, described((await readNames()).guests, 'guest'));
    case 'scope': {
      const { guests, groups } = await readNames();
      const { stepKinds } = await import('@kvm/host');
      return furtherWords(typed, [
        ...described(guests, 'guest'),
        ...described(groups, 'group'),
        { word: 'host', description: 'what concerns no single guest' },
        ...described(stepKinds, 'kind of steps'),
      ]);
    }
    case 'zones': {
      const { guests, groups, machines } = await readNames();
      return furtherWords(typed, [
        ...described(guests, 'guest'),
        ...described(groups, 'group'),
        ...described(machines, 'machine'),
        ...described(['guests', 'host', 'lan', 'anywhere'], 'zone'),
      ]);
    }
    case 'machine': {
      const { guests, machines } = await readNames();
      return [
        ...machines.map((word) => ({ word, description: 'machine' })),
        ...guests.map((word) => ({ word, description: 'guest' })),
      ];
    }
    default:
      return [];
  }
}

const described = (words: readonly string[], description: string): Candidate[] =>
  words.map((word) => ({ word, description }));

/** Of a list with commas in it: each word behind those that are typed already. */
function furtherWords(typed: string, words: readonly Candidate[]): Candidate[] {
  const chosen = typed.split(',').slice(0, -1);
  const left = words.filter(({ word }) => !chosen.includes(word));
  return left.map(({ word, description }) => ({ word: [...chosen, word].join(','), description }));
}
