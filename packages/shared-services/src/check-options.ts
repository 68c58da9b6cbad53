import type {
  AuthService,
  DnsService,
  FilesService,
  LogsService,
  Machine,
  MailService,
  SharedServices,
  TimeService,
} from './declaration.ts';
import type { ServicesProblem, ServicesProblemCode } from './errors.ts';
import { clientPlaces, holderOf, isSerial, isWithin, serverPlaces } from './files/places.ts';
import { isAddress, isBase, isDomain, isPlainPath } from './words.ts';

type Path = readonly (string | number)[];

/** What is wrong, unless it is right. */
function unless(
  right: boolean,
  code: ServicesProblemCode,
  path: Path,
  [message, remedy]: [string, string],
): ServicesProblem[] {
  return right ? [] : [{ code, path, message, remedy }];
}

const isWhole = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most;

const quoted = (text: string): string => JSON.stringify(text.slice(0, 100));

/** What is wrong with the services' own options. */
export function checkOptions({ machines, auth, logs, files, mail, dns, time }: SharedServices): ServicesProblem[] {
  return [
    ...(auth ? checkAuth(auth, machines) : []),
    ...(logs ? checkLogs(logs) : []),
    ...(files ? checkFiles(files) : []),
    ...(mail ? checkMail(mail) : []),
    ...(dns ? checkDns(dns, machines) : []),
    ...(time ? checkTime(time) : []),
  ];
}

interface ReplicaOf {
  readonly server: string;
  readonly replica: string | undefined;
  readonly at: Path;
  /** What the server does itself. */
  readonly what: string;
}

const checkReplica = ({ server, replica, at, what }: ReplicaOf, machines: readonly Machine[]): ServicesProblem[] => [
  ...unless(replica === undefined || machines.some(({ name }) => name === replica), 'unknown-machine', at, [
    `There is no machine ${quoted(replica ?? '')}.`,
    'Name a guest or another machine.',
  ]),
  ...unless((machines.find(({ name }) => name === replica)?.system ?? 'debian') === 'debian', 'bad-option', at, [
    `${replica} does not run Debian, as servers do.`,
    'Name a machine with Debian.',
  ]),
  ...unless(replica !== server, 'own-client', at, [`${server} ${what} itself.`, 'Name another machine, or none.']),
];

const checkAuth = (
  { server, base, firstId, replica }: AuthService,
  machines: readonly Machine[],
): ServicesProblem[] => [
  ...checkReplica({ server, replica, at: ['auth', 'replica'], what: 'has the directory' }, machines),
  ...unless(
    isBase(base),
    'bad-base',
    ['auth', 'base'],
    [`${quoted(base)} is not a base of dc, ou and o.`, 'Write dc=home,dc=arpa, for instance.'],
  ),
  // Debian keeps 60000 to 65535 for itself, and what is below 1000.
  ...unless(
    isWhole(firstId, 1000, 59_999) || isWhole(firstId, 65_536, 2_000_000_000),
    'bad-option',
    ['auth', 'firstId'],
    [`${firstId} is not a number for people's first account.`, 'Write one from 1000 to 59999, or from 65536 on.'],
  ),
];

const checkLogs = ({ keepDays }: LogsService): ServicesProblem[] =>
  unless(
    isWhole(keepDays, 1, 36_500),
    'bad-option',
    ['logs', 'keepDays'],
    [`${keepDays} is not a number of days.`, 'Write one from 1 to 36500.'],
  );

const plainPath = 'Use letters, digits and _ . - between the slashes.';

/** What is wrong with a folder on the server, or with the place where clients see it. */
function checkPlace(
  path: string,
  at: Path,
  { verb, places, taken }: { verb: string; places: readonly string[]; taken: ReadonlyMap<string, string> },
): ServicesProblem[] {
  if (!isPlainPath(path)) return unless(false, 'bad-path', at, [`${quoted(path)} cannot be ${verb}.`, plainPath]);
  const holder = holderOf(path, taken);
  if (holder !== undefined)
    return unless(false, 'bad-path', at, [
      `${quoted(path)} is inside of the export ${quoted(holder)}, and who may write there could lead it elsewhere.`,
      'Choose a folder beside it.',
    ]);
  return unless(isWithin(path, places), 'bad-path', at, [
    `${quoted(path)} is not a place for data, and cannot be ${verb}.`,
    `Choose one of ${places.join(', ')}, or a folder below.`,
  ]);
}

function checkFiles({ exports, clients }: FilesService): ServicesProblem[] {
  const known = new Set(clients.map(({ machine }) => machine));
  const exported = {
    verb: 'exported',
    places: serverPlaces,
    taken: new Map(exports.map((each) => [each.path, each.name])),
  };
  const mounted = {
    verb: 'mounted on',
    places: clientPlaces,
    taken: new Map(exports.map((each) => [each.mount, each.name])),
  };
  const mounts = new Map<string, string>();
  const held = new Map<string, { readonly name: string; readonly path: string }>();
  const placed = new Map<string, { readonly name: string; readonly disk: string | undefined }>();
  return exports.flatMap(({ name, path, mount, guests, disk }) => {
    const at = ['files', 'exports', name];
    const other = mounts.get(mount);
    mounts.set(mount, name);
    const holder = disk === undefined ? undefined : held.get(disk);
    if (disk !== undefined) held.set(disk, { name, path });
    const before = placed.get(path);
    placed.set(path, { name, disk });
    return [
      ...checkPlace(path, [...at, 'path'], exported),
      ...checkPlace(mount, [...at, 'mount'], mounted),
      ...unless(
        disk === undefined || isSerial(disk),
        'bad-option',
        [...at, 'disk'],
        [`${quoted(disk ?? '')} is no serial number of a disk.`, 'Use at most 20 letters, digits and _ + -.'],
      ),
      ...unless(
        holder === undefined || holder.path === path,
        'duplicate',
        [...at, 'disk'],
        [`The disk ${disk} holds ${holder?.name} already.`, 'Give each export a disk.'],
      ),
      ...unless(
        before === undefined || before.disk === disk,
        'duplicate',
        [...at, 'path'],
        [`${before?.name} is on ${path} already, on another disk.`, 'Give both the same disk, or another path to one.'],
      ),
      ...unless(/^[A-Za-z0-9_][A-Za-z0-9_-]{0,62}$/.test(name), 'bad-name', at, [
        `${quoted(name)} is no name for an export.`,
        'Use letters, digits, _ and -, but not - first.',
      ]),
      ...unless(
        other === undefined,
        'duplicate',
        [...at, 'mount'],
        [`${other} is mounted on ${quoted(mount)} already.`, 'Choose another place for one of the two.'],
      ),
      // Without anybody, exports(5) would mean everybody.
      ...unless((guests ?? clients).length > 0, 'no-address', at, [
        `Nobody may mount ${name}.`,
        'Name a guest, or remove it.',
      ]),
      ...(guests ?? []).flatMap((guest, index) =>
        unless(
          known.has(guest),
          'unknown-client',
          [...at, 'guests', index],
          [`${quoted(guest)} is no client of this service.`, 'Name one that is.'],
        ),
      ),
    ];
  });
}

/** An address or an account of the server: nothing that Postfix runs or includes. */
const isMailTarget = (text: string): boolean =>
  /^[A-Za-z0-9_][A-Za-z0-9._+-]{0,63}(?:@[A-Za-z0-9][A-Za-z0-9.-]{0,252})?$/.test(text);

/** One address of one mailbox: a domain alone would let a machine send in the name of everybody there. */
const isSender = (text: string): boolean => /^[A-Za-z0-9_][A-Za-z0-9._+-]{0,63}@[a-z0-9][a-z0-9.-]{0,252}$/.test(text);

function checkMail({ aliases, relay, senders = [], upstream, clients }: MailService): ServicesProblem[] {
  const known = new Set(clients.map(({ machine }) => machine));
  return [
    ...aliases.flatMap(({ name, to }) => [
      ...unless(
        /^[A-Za-z0-9_][A-Za-z0-9._+-]{0,63}$/.test(name),
        'bad-name',
        ['mail', 'aliases', name],
        [`${quoted(name)} is no name of a mailbox.`, 'Write what stands before the @.'],
      ),
      ...unless(
        isMailTarget(to),
        'bad-option',
        ['mail', 'aliases', name],
        [`${quoted(to)} is neither an address nor an account.`, 'Write someone@example.org, for instance.'],
      ),
    ]),
    ...senders.flatMap(({ machine, addresses }) => [
      ...unless(
        known.has(machine),
        'unknown-client',
        ['mail', 'senders', machine],
        [`${quoted(machine)} is no client of this service.`, 'Name one that is.'],
      ),
      ...addresses.flatMap((address, index) =>
        unless(
          isSender(address),
          'bad-option',
          ['mail', 'senders', machine, index],
          [`${quoted(address)} is no address of one mailbox.`, 'Write shop@example.org, for instance.'],
        ),
      ),
    ]),
    ...relay.flatMap((guest, index) =>
      unless(
        known.has(guest),
        'unknown-client',
        ['mail', 'relay', index],
        [`${quoted(guest)} is no client of this service.`, 'Name one that is.'],
      ),
    ),
    ...(upstream
      ? [
          ...unless(
            isDomain(upstream.host) || isAddress(upstream.host),
            'bad-address',
            ['mail', 'upstream'],
            [`${quoted(upstream.host)} is no host.`, 'Write smtp.example.org:587, for instance.'],
          ),
          ...unless(
            isWhole(upstream.port, 1, 65_535),
            'bad-option',
            ['mail', 'upstream'],
            [`${upstream.port} is no port.`, 'Write smtp.example.org:587, for instance.'],
          ),
          ...unless(
            /^[A-Za-z0-9_][A-Za-z0-9._+@-]{0,199}$/.test(upstream.user ?? 'none'),
            'bad-option',
            ['mail', 'user'],
            [
              `${quoted(upstream.user ?? '')} cannot be written into a Postfix table.`,
              'Use letters, digits and . _ + @ -.',
            ],
          ),
        ]
      : []),
  ];
}

/** With another range, dnsmasq does not start, and nobody has names. */
function isRange({ first, last }: NonNullable<DnsService['dhcp']>): boolean {
  const number = (text: string): number => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return number(first) <= number(last);
}

function checkDns(
  { server, upstreams, dhcp, privateZones = [], replica }: DnsService,
  machines: readonly Machine[],
): ServicesProblem[] {
  const address = (text: string, path: Path): ServicesProblem[] =>
    unless(isAddress(text), 'bad-address', path, [
      `${quoted(text)} is not an IP address.`,
      'Write 192.0.2.1, for instance.',
    ]);
  return [
    ...upstreams.flatMap((upstream, index) => address(upstream, ['dns', 'upstreams', index])),
    ...privateZones.flatMap((zone, index) =>
      unless(
        isDomain(zone),
        'bad-domain',
        ['dns', 'privateZones', index],
        [`${quoted(zone)} is not a DNS domain in lower case.`, 'Write corp.example, for instance.'],
      ),
    ),
    ...checkReplica({ server, replica, at: ['dns', 'replica'], what: 'answers for names' }, machines),
    ...(dhcp ? [...address(dhcp.first, ['dns', 'dhcp']), ...address(dhcp.last, ['dns', 'dhcp'])] : []),
    ...unless(
      dhcp === undefined || isRange(dhcp),
      'bad-address',
      ['dns', 'dhcp'],
      [
        `${quoted(dhcp?.first ?? '')} to ${quoted(dhcp?.last ?? '')} is no range of IPv4 addresses.`,
        'Write the lower one first, such as [192.168.100.100, 192.168.100.199].',
      ],
    ),
  ];
}

const checkTime = ({ upstreams }: TimeService): ServicesProblem[] =>
  upstreams.flatMap(({ host }, index) =>
    unless(
      isDomain(host) || isAddress(host),
      'bad-address',
      ['time', 'upstreams', index],
      [`${quoted(host)} is no time server.`, 'Write pool.ntp.org, for instance.'],
    ),
  );
