import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { formatProblem } from './format.ts';
import { InventoryError } from './inventory-error.ts';
import { parseInventory } from './parse.ts';

/** A file that uses everything YAML has, for mutants to begin from. */
const SEED = `domain: home.example # comment
host:
  name: management
  address: "192.168.100.1/24"
  address6: fd00:100::1/64
  gateway: '192.168.100.254'
ranges: { ipv4: 172.16.0.0/12, ipv6: "fd00:61::/48" }
networks: { home: [192.168.100.0/24, "fd00:100::/64"] }
machines: { hoge: 192.168.100.2 }
defaults: &common { memory: 512 MiB, disks: { root: 8 GiB } }
guests:
  public: { vmid: 65 }
  db:
    vmid: 61
    <<: *common
    autostart: { order: 1, delay: 10 s }
    cmdline: >-
      root=/dev/vda
      ro
    xml: |
      <domain><cpu mode='host-passthrough'/></domain>
  ? web
  : vmid: !!int 62
groups: { data: [db] }
services: { rsync: tcp/873 }
policy:
  - { from: home, to: guests, service: [ssh, rsync], limit: 10/minute }
nat: { forwards: [{ from: lan, service: tcp/80, guest: db, port: 80 }] }
`;

/** Parses, and checks that what is thrown is well made: ordered problems, each with a place inside the text. */
function checkOutcome(text: string): void {
  let problems: InventoryError['problems'] = [];
  try {
    parseInventory(text);
  } catch (error) {
    if (!(error instanceof InventoryError)) throw error;
    problems = error.problems;
    expect(problems).not.toHaveLength(0);
  }
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const misplaced = problems.filter(({ line, column, length, excerpt }, index) => {
    const inside = excerpt === lines[line - 1] && column >= 1 && column - 1 <= excerpt.length && length >= 1;
    return !inside || line < (problems[index - 1]?.line ?? 1);
  });
  expect(misplaced).toEqual([]);
  expect(problems.map(formatProblem).filter((shown) => shown.split('\n').length !== 4)).toEqual([]);
}

const pieces = fc.constantFrom(
  ...[
    '{',
    '}',
    '[',
    ']',
    ':',
    ': ',
    '- ',
    '&a ',
    '*a',
    '*common',
    '!',
    '!!str ',
    '|',
    '>',
    '"',
    "'",
    '#',
    '\t',
    '\n',
    '\r\n',
  ],
  ...[
    '\n\n  ',
    '---\n',
    '...\n',
    '%YAML 1.1\n',
    '? ',
    ',',
    '\u0000',
    '\uFEFF',
    '\u{1F600}',
    '<<: ',
    'null',
    '~',
    '1e999',
    '.nan',
  ],
  ...[
    '__proto__: 1',
    'constructor: ',
    'toString: {}',
    'vmid: 65',
    'none',
    '172.16.0.1',
    '/',
    'ffff::',
    '0x1',
    '%',
    '@',
    '`',
  ],
);

describe('hostile text', () => {
  test('mutants of a good file', () => {
    const edit = fc.tuple(fc.nat(SEED.length), fc.nat(12), fc.oneof(pieces, fc.string({ maxLength: 4 })));
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 5 }), (edits) => {
        let text = SEED.replace('    <<: *common\n', '');
        for (const [at, cut, piece] of edits) text = text.slice(0, at) + piece + text.slice(at + cut);
        checkOutcome(text);
      }),
      { numRuns: 250 },
    );
  });

  test('truncations', () => {
    for (let end = 0; end <= SEED.length; end += 5) checkOutcome(SEED.slice(0, end));
  });

  test('heaps of YAML', () => {
    const heap = fc.array(fc.oneof(pieces, fc.string({ maxLength: 3 })), { maxLength: 60 });
    fc.assert(
      fc.property(heap, (parts) => checkOutcome(parts.join(''))),
      { numRuns: 250 },
    );
  });

  test('bytes of no text', () => {
    const bytes = fc.array(fc.nat(0xffff), { maxLength: 80 });
    fc.assert(fc.property(bytes, (units) => checkOutcome(String.fromCharCode(...units))));
  });

  test('any values in any place', () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    const section = fc.constantFrom('domain', 'host', 'ranges', 'networks', 'machines', 'defaults', 'guests');
    const guest = fc.dictionary(
      fc.constantFrom('vmid', 'memory', 'disks', 'autostart', 'xml', 'cmdline', 'state', '__proto__', 'constructor'),
      value,
    );
    const file = fc.dictionary(section, fc.oneof(value, fc.dictionary(fc.string(), fc.oneof(guest, value))));
    fc.assert(
      fc.property(file, (values) => checkOutcome(stringify(values))),
      { numRuns: 200 },
    );
  });
});

const label = fc.stringMatching(/^g[a-z0-9]{0,10}$/);
const size = fc.record({ number: fc.integer({ min: 16, max: 1024 }), unit: fc.constantFrom('MiB', 'GiB') });
const guest = fc.record({
  name: label,
  vmid: fc.integer({ min: 1, max: 4095 }),
  memory: size,
  vcpus: fc.integer({ min: 1, max: 4096 }),
  data: size,
  order: fc.integer({ min: 0, max: 999 }),
  delay: fc.integer({ min: 0, max: 3600 }),
  state: fc.constantFrom('running', 'stopped'),
});
const guests = fc
  .uniqueArray(guest, { selector: ({ name }) => name, maxLength: 8 })
  .map((each) => [...new Map(each.map((one) => [one.vmid, one])).values()]);

const bytesOf = ({ number, unit }: { number: number; unit: string }) => number * (unit === 'MiB' ? 2 ** 20 : 2 ** 30);

describe('good inventories', () => {
  test('values come back as they were written', () => {
    const style = fc.record({ collectionStyle: fc.constantFrom('any', 'block', 'flow'), lineWidth: fc.constant(0) });
    fc.assert(
      fc.property(guests, style, (written, options) => {
        const file = {
          host: { name: 'management', address: '192.168.100.1/24' },
          guests: Object.fromEntries(
            written.map(({ name, vmid, memory, vcpus, data, order, delay, state }) => [
              name,
              {
                vmid,
                memory: `${memory.number} ${memory.unit}`,
                vcpus,
                disks: { data: `${data.number}${data.unit}`, swap: 'none' },
                autostart: { order, delay: `${delay} s` },
                state,
              },
            ]),
          ),
        };
        const { inventory } = parseInventory(stringify(file, options));
        expect(inventory.guests).toEqual(
          written.map(({ name, vmid, memory, vcpus, data, order, delay, state }) => ({
            name,
            vmid,
            memoryKiB: bytesOf(memory) / 1024,
            vcpus,
            disks: [
              { name: 'root', bytes: 8 * 2 ** 30 },
              { name: 'var', bytes: 4 * 2 ** 30 },
              { name: 'data', bytes: bytesOf(data) },
            ],
            cmdline: 'root=/dev/vda',
            autostart: { order, delaySeconds: delay },
            state,
          })),
        );
      }),
    );
  });

  test('a VMID is accepted exactly when its subnet lies in the range', () => {
    const range = fc.record({ length: fc.integer({ min: 12, max: 23 }), prefix: fc.integer({ min: 24, max: 31 }) });
    fc.assert(
      fc.property(range, fc.integer({ min: 1, max: 4095 }), ({ length, prefix }, vmid) => {
        const lies = vmid * 2 ** (32 - prefix) < 2 ** (32 - length);
        const yaml = `host: { name: m, address: 192.168.100.1/24 }
ranges: { ipv4: 10.0.0.0/${length}, prefix: ${prefix} }
guests: { web: { vmid: ${vmid} } }`;
        const parse = () => parseInventory(yaml);
        if (lies) expect(parse).not.toThrow();
        else expect(parse).toThrow(`VMID ${vmid} has no subnet`);
      }),
    );
  });
});
