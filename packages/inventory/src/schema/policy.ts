import * as z from 'zod/mini';
import { LABEL_PATTERN } from '../values/text-rules.ts';
import { keyDocs, whole } from './fields.ts';

const plain = (expected: string, description: string, examples: readonly string[]) =>
  z.string(expected).register(keyDocs, { description, examples });

const atLeastOne = (what: string) => z.minLength(1, `a list of at least one ${what}`);

const ZONES =
  'A guest, a group, a machine or a network by its name, or one of `guests` (all of them), `host`, `lan` and `anywhere`.';
const zone = (description: string) => plain('a name, such as guests', `${description} ${ZONES}`, ['lan', 'guests']);

const FLOWS =
  '`tcp/873`, `tcp/80,443`, `udp/1000-2000`, `icmp/echo-request`, `gre`, `proto/200`, or `any` for everything';
const service = z.string('a service, such as ssh or tcp/22');
const flow = z.string('a protocol and ports, such as tcp/873');

export const policyRowSchema = z.strictObject(
  {
    from: zone('Who opens the connection.'),
    to: zone('Who answers.'),
    service: z
      .union([service, z.array(service).check(atLeastOne('service'))], 'a service or a list of services')
      .register(keyDocs, {
        description: `A service by name, usual or of \`services\`, or ${FLOWS}; or a list of these.`,
        examples: ['ssh', 'tcp/8080', ['dns', 'ntp']],
      }),
    action: z.exactOptional(
      z.enum(['accept', 'drop', 'reject'], 'accept, drop or reject').register(keyDocs, {
        description: 'What becomes of the packet.',
        default: 'accept',
      }),
    ),
    log: z.exactOptional(
      z.boolean('true or false').register(keyDocs, {
        description: "Whether packets that the row decides are written to the kernel's log.",
        default: false,
      }),
    ),
    limit: z.exactOptional(
      plain('a rate, such as 10/minute', 'At most so many packets; what is above goes on to the next row.', [
        '10/minute',
        '5/second',
      ]),
    ),
    expires: z.exactOptional(
      plain('a date, such as 2027-01-31', 'From when on the row is void: the start of a day, or a moment, in UTC.', [
        '2027-01-31',
        '2027-01-31T12:00:00Z',
      ]),
    ),
    comment: z.exactOptional(
      z.string('text').register(keyDocs, { description: "What the row is for; it stands in the kernel's rules, too." }),
    ),
  },
  'a map such as { from: lan, to: guests, service: ssh }',
);

export const policySchema = z
  .array(policyRowSchema, 'a list of rows such as { from: lan, to: guests, service: ssh }')
  .register(keyDocs, {
    description:
      'Who may talk to whom: the first row that matches decides, and what no row opens is closed from and to guests.',
    examples: [[{ from: 'lan', to: 'guests', service: 'ssh' }]],
  });

const member = z.string('the name of a guest');

export const groupsSchema = z
  .record(
    z.string(),
    z.array(member, 'a list of guests').check(atLeastOne('guest')),
    'a map of names to lists of guests, such as { web: [public, private] }',
  )
  .register(keyDocs, {
    description: 'Groups of guests by name, for rows of `policy`.',
    examples: [{ web: ['public', 'private'] }],
    propertyNames: { pattern: LABEL_PATTERN },
  });

export const servicesSchema = z
  .record(
    z.string(),
    z.union([flow, z.array(flow).check(atLeastOne('protocol'))], 'a protocol and ports, or a list of these'),
    'a map of names to protocols and ports, such as { rsync: tcp/873 }',
  )
  .register(keyDocs, {
    description: `Services of your own by name, for rows of \`policy\`; each is ${FLOWS}, or a list of these.`,
    examples: [{ backup: ['tcp/9101-9103', 'udp/9101'] }],
  });

export const forwardSchema = z.strictObject(
  {
    from: zone('Who may use it.'),
    service: plain('one port, such as tcp/8080', "The host's port.", ['tcp/8080']),
    guest: plain('the name of a guest', 'The guest that answers, by its IPv4 address.', ['public']),
    port: whole(1, 65535, { description: "The guest's port.", examples: [80] }),
  },
  'a map such as { from: lan, service: tcp/8080, guest: public, port: 80 }',
);

export const natSchema = z
  .strictObject(
    {
      masquerade: z.exactOptional(
        z.boolean('true or false').register(keyDocs, {
          description:
            "Whether guests' IPv4 addresses are hidden behind the host's, towards all but guests, LAN, machines and networks.",
          default: false,
        }),
      ),
      forwards: z.exactOptional(
        z.array(forwardSchema, 'a list of port forwards').register(keyDocs, {
          description: 'Ports of the host that are handed to guests; each opens the port of its guest as well.',
        }),
      ),
    },
    'a map such as { masquerade: true }',
  )
  .register(keyDocs, { description: 'Translation of IPv4 addresses; it needs a `policy`.' });
