import * as z from 'zod/mini';
import { BUILT_IN } from '../built-in.ts';
import { judgeAddress } from '../values/network-rules.ts';
import { HOST_PORT_PATTERN, judgeHostPort, LABEL_PATTERN } from '../values/text-rules.ts';
import { keyDocs, path, text, whole } from './fields.ts';

const machine = (description: string) =>
  z.string('the name of a guest or machine').register(keyDocs, { description, examples: ['common'] });

const server = z.exactOptional(machine("The machine that serves this, when it is not the section's `server`."));

/** Which program guests use for a service: one for all, and others for some. */
function programs<const Choices extends readonly [string, ...string[]]>(choices: Choices, more?: string) {
  const listed = choices.join(', ');
  const description = `The program that guests use.${more === undefined ? '' : ` ${more}`}`;
  return {
    client: z.exactOptional(
      z.enum(choices, `one of ${listed}`).register(keyDocs, { description, default: choices[0] }),
    ),
    clients: z.exactOptional(
      z
        .record(
          z.string(),
          z.enum([...choices, 'none'], `one of ${listed}, none`),
          `a map of guests to programs, such as { db: ${choices[0]} }`,
        )
        .register(keyDocs, {
          description: 'Guests that use another program, or, with `none`, not this service.',
          examples: [{ db: 'none' }],
          propertyNames: { pattern: LABEL_PATTERN },
        }),
    ),
  };
}

/** A service with its own keys, `true` for the usual ones, or `false` for a room without it. */
const service = <Shape extends z.core.$ZodLooseShape>(shape: Shape, example: string, description: string) =>
  z.exactOptional(
    z
      .union(
        [z.strictObject({ server, ...shape }, `a map such as { ${example} }`), z.boolean('true or false')],
        `a map such as { ${example} }, true or false`,
      )
      .register(keyDocs, { description: `${description} \`false\`: not served.` }),
  );

const address = text('an address, such as 192.168.100.254', (value) => judgeAddress(value), {});

export const exportSchema = z.strictObject(
  {
    path: path('/srv/nfs/home', { description: 'The folder on the server.', examples: ['/srv/nfs/home'] }),
    mount: path('/nfs/home', { description: 'Where guests see it.', examples: ['/nfs/home'] }),
    disk: z.exactOptional(
      z.string('the name of a disk').register(keyDocs, {
        description:
          'The disk of the server that holds it and nothing else. Without it, the server gets a disk nfs-NAME of ' +
          `${BUILT_IN.shared.exportSize}, which its \`disks\` may change.`,
        examples: ['archive'],
      }),
    ),
    readOnly: z.exactOptional(
      z.boolean('true or false').register(keyDocs, { description: 'Whether nobody may write.', default: false }),
    ),
    guests: z.exactOptional(
      z
        .array(z.string('the name of a guest'), 'a list of guests')
        .check(z.minLength(1, 'a list of at least one guest'))
        .register(keyDocs, { description: 'Who may mount it; all guests when absent.' }),
    ),
  },
  'a map such as { path: /srv/nfs/home, mount: /nfs/home }',
);

const auth = {
  ...programs(['sssd', 'nslcd']),
  base: z.exactOptional(
    z.string('a base, such as dc=home,dc=arpa').register(keyDocs, {
      description: "Where the directory's tree begins; the domain's parts when absent.",
      examples: ['dc=home,dc=arpa'],
    }),
  ),
  firstId: z.exactOptional(
    whole(1000, 2_000_000_000, {
      description: 'Numbers of people and groups begin here.',
      default: BUILT_IN.shared.firstId,
    }),
  ),
  replica: z.exactOptional(machine('A machine that has a copy of the directory, for when the server is away.')),
};

const logs = {
  ...programs(
    ['syslog-ng', 'rsyslog', 'journald'],
    'syslog-ng may lose a line at each restart of the server; rsyslog (by RELP) loses none.',
  ),
  keepDays: z.exactOptional(
    whole(1, 36_500, {
      description: 'Days after which the server removes logs.',
      default: BUILT_IN.shared.keepDays,
    }),
  ),
};

const files = {
  ...programs(['autofs', 'systemd']),
  exports: z.exactOptional(
    z
      .record(z.string(), exportSchema, 'a map of names to folders, such as { home: { path: ..., mount: ... } }')
      .register(keyDocs, {
        description: 'Folders of the server that guests see.',
        default: BUILT_IN.shared.exports,
      }),
  ),
};

const mail = {
  ...programs(['msmtp', 'ssmtp']),
  aliases: z.exactOptional(
    z.record(z.string(), z.string('an address or an account'), 'a map of names to addresses').register(keyDocs, {
      description: 'Who gets the mail to a name of the domain.',
      examples: [{ root: 'me@example.org' }],
    }),
  ),
  relay: z.exactOptional(
    z
      .array(z.string('the name of a guest'), 'a list of guests')
      .register(keyDocs, { description: 'Guests whose mail to other domains is sent on.', default: [] }),
  ),
  senders: z.exactOptional(
    z
      .record(
        z.string(),
        z.array(z.string('an address'), 'a list of addresses'),
        'a map of guests to addresses, such as { web: [shop@example.org] }',
      )
      .register(keyDocs, {
        description:
          'Addresses that guests may send in the name of, besides those of their own name (anybody@web.home.arpa).',
        examples: [{ web: ['shop@example.org'] }],
        propertyNames: { pattern: LABEL_PATTERN },
      }),
  ),
  upstream: z.exactOptional(
    text('a host and a port, such as smtp.example.org:587', judgeHostPort, {
      description: 'The mail server that takes mail to other domains, over TLS.',
      examples: ['smtp.example.org:587'],
      pattern: HOST_PORT_PATTERN,
    }),
  ),
  user: z.exactOptional(
    z.string('an account').register(keyDocs, { description: 'The account there; its password is a secret.' }),
  ),
};

const dns = {
  ...programs(['resolv.conf', 'systemd-resolved']),
  upstreams: z.exactOptional(
    z.array(address, 'a list of addresses').register(keyDocs, {
      description: "Who is asked for other domains; the LAN's gateway when absent.",
      examples: [['9.9.9.9']],
    }),
  ),
  privateZones: z.exactOptional(
    z.array(z.string('a domain'), 'a list of domains').register(keyDocs, {
      description:
        'Domains of which `upstreams` may give private addresses, such as those of a company; reverse zones, too. Of all other ' +
        'domains such an answer is taken for an attack (DNS rebinding).',
      examples: [['corp.example', '168.192.in-addr.arpa']],
    }),
  ),
  replica: z.exactOptional(machine('A second machine that answers, for when the server is away.')),
  dhcp: z.exactOptional(
    z
      .tuple([address, address], 'a first and a last address, such as [192.168.100.100, 192.168.100.199]')
      .register(keyDocs, {
        description: "Addresses given to machines of the server's own LAN, together with the routes to the guests.",
        examples: [['192.168.100.100', '192.168.100.199']],
      }),
  ),
};

const timeServer = z.union(
  [
    z.string('a host'),
    z.strictObject(
      {
        host: z.string('a host').register(keyDocs, { description: 'Its name.', examples: ['time.example.org'] }),
        nts: z.exactOptional(
          z
            .boolean('true or false')
            .register(keyDocs, { description: 'Whether it has to show who it is, by NTS.', default: false }),
        ),
      },
      'a map such as { host: time.example.org, nts: true }',
    ),
  ],
  'a host, or a map such as { host: time.example.org, nts: true }',
);

const time = {
  ...programs(['chrony', 'timesyncd', 'ntpsec']),
  upstreams: z.exactOptional(
    z.array(timeServer, 'a list of hosts').register(keyDocs, {
      description:
        'Who tells the server the time. A name with a label `pool`, such as 2.debian.pool.ntp.org, stands for many servers, ' +
        'another one for one.',
      default: BUILT_IN.shared.timeUpstreams,
    }),
  ),
  hostClock: z.exactOptional(
    z.boolean('true or false').register(keyDocs, {
      description: "Whether guests also read their host's clock, by the kernel's ptp_kvm.",
      default: false,
    }),
  ),
};

export const SHARED_KEYS: { readonly [service: string]: readonly string[] } = Object.fromEntries(
  Object.entries({ auth, logs, files, mail, dns, time }).map(([name, shape]) => [
    name,
    ['server', ...Object.keys(shape)],
  ]),
);

export const sharedSchema = z
  .strictObject(
    {
      server: z.exactOptional(machine('The machine that serves all that does not name a server of its own.')),
      auth: service(auth, 'client: nslcd', 'People and groups: OpenLDAP, over TLS.'),
      logs: service(logs, 'client: rsyslog', 'Logs: one folder a guest, over TLS.'),
      files: service(files, 'client: systemd', 'Files: NFSv4.'),
      mail: service(mail, 'client: ssmtp', 'Mail: Postfix, over TLS.'),
      dns: service(dns, 'upstreams: [9.9.9.9]', 'Names: dnsmasq.'),
      time: service(time, 'client: timesyncd', 'Time: chrony, with NTS.'),
    },
    'a map such as { server: common }',
  )
  .register(keyDocs, {
    description:
      'What runs once and every guest uses: people and groups, logs, files, mail, names, time. `{ server: common }` is all of it.',
    examples: [{ server: 'common' }],
  });
