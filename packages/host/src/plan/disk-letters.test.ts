import { buildDomain, domainData, parseXml } from '@kvm/domain-xml';
import { parseInventory } from '@kvm/inventory';
import { describe, expect, test } from 'vitest';
import { type DesiredGuest, deriveDesired, type ObservedDomain } from '../index.ts';
import { keepDiskLetters } from './disk-letters.ts';

function guestWith(disks: string, xml = '<domain/>'): DesiredGuest {
  const text = `host: { name: management, address: 192.168.100.1/24 }\nguests:\n  mail: { vmid: 70, disks: ${disks}, xml: "${xml}" }`;
  const [guest] = deriveDesired(parseInventory(text)).guests;
  if (guest === undefined) throw new Error('no guest');
  return guest;
}

type Change = (xml: string) => string;

/** As it is on the host, defined for these disks; by `edit`, changed since. */
async function onHost(guest: DesiredGuest, edit: Change = (xml) => xml, run = false): Promise<ObservedDomain> {
  const xml = await buildDomain(guest.domain);
  const definition = domainData(parseXml(edit(xml)));
  const state = { active: run, paused: false, persistent: true, autostart: true };
  return {
    name: 'mail',
    uuid: guest.domain.uuid ?? '',
    ...state,
    definition,
    ...(run && { running: domainData(parseXml(xml)) }),
  };
}

/** `vda root`, a line each. */
const lettersOf = ({ domain }: Pick<DesiredGuest, 'domain'>) =>
  domain.devices?.disk
    ?.map(({ target, source }) => `${target['@dev']} ${Object.values(source ?? {})}`.replace('/dev/vg/mail.', ''))
    .sort();

const two = guestWith('{ var: none }');
const three = guestWith('{}');
const unmarked: Change = (xml) => xml.replace(/ disks="[^"]*"/, '');

describe.each<[string, Change]>([
  ['by its mark', (xml) => xml],
  ['by its volume, where the mark does not say it', unmarked],
])('a disk keeps its letter %s', (_, edit) => {
  test('when one is put before it', async () => {
    const kept = keepDiskLetters(three, await onHost(two, edit), 'vg');
    expect(lettersOf(kept)).toEqual(['vda root', 'vdb swap', 'vdc var']);
    expect(await buildDomain(kept.domain)).toContain('disks="root swap var"');
    expect(lettersOf(keepDiskLetters(three, await onHost(kept, edit), 'vg'))).toEqual(lettersOf(kept));
  });

  test('when one before it goes, whose letter stays free', async () => {
    const kept = keepDiskLetters(two, await onHost(three, edit), 'vg');
    expect(lettersOf(kept)).toEqual(['vda root', 'vdc swap']);
    expect(await buildDomain(kept.domain)).toContain('disks="root - swap"');
  });

  test('and no new one gets that of a disk which is to go', async () => {
    const inItsPlace = guestWith('{ swap: none, data: 1 GiB }');
    expect(lettersOf(keepDiskLetters(inItsPlace, await onHost(three, edit), 'vg'))).toEqual([
      'vda root',
      'vdb var',
      'vdd data',
    ]);
    const other = guestWith('{ var: none, data: 1 GiB }');
    expect(lettersOf(keepDiskLetters(other, await onHost(three, edit), 'vg'))).toEqual([
      'vda root',
      'vdc swap',
      'vdd data',
    ]);
  });
});

test('a letter that somebody changed in the definition is not the one that is kept', async () => {
  const swapped: Change = (xml) =>
    xml.replace('mail.root', 'mail.x').replace('mail.var', 'mail.root').replace('mail.x', 'mail.var');
  const usual = ['vda root', 'vdb var', 'vdc swap'];
  expect(lettersOf(keepDiskLetters(three, await onHost(three, swapped), 'vg'))).toEqual(usual);
  // What runs is the truth where no mark says it.
  const running = await onHost(three, (xml) => unmarked(swapped(xml)), true);
  expect(lettersOf(keepDiskLetters(three, running, 'vg'))).toEqual(usual);
});

test('a volume that is there twice keeps no letter, and a letter of raw XML is not given to another disk', async () => {
  const twice: Change = (xml) => unmarked(xml).replace('mail.swap', 'mail.root');
  expect(lettersOf(keepDiskLetters(three, await onHost(three, twice), 'vg'))).toEqual([
    'vda root',
    'vdb var',
    'vdc swap',
  ]);
  const raw = "<domain><devices><disk type='file'><source file='/a'/><target dev='vdd'/></disk></devices></domain>";
  const more = guestWith('{ data: 1 GiB, var: none }', raw);
  expect(lettersOf(keepDiskLetters(more, await onHost(three), 'vg'))).toEqual([
    'vda root',
    'vdc swap',
    'vdd /a',
    'vde data',
  ]);
});

test('a disk that somebody has put elsewhere has its usual letter: what is there now is shown as another disk', async () => {
  const overlay: Change = (xml) => unmarked(xml).replace('/dev/vg/mail.root', '/run/one.qcow2');
  expect(lettersOf(keepDiskLetters(three, await onHost(three, overlay), 'vg'))).toEqual([
    'vda root',
    'vdb var',
    'vdc swap',
  ]);
});

test('a guest that is not there has its disks in the order of the inventory', () => {
  expect(keepDiskLetters(three, undefined, 'vg')).toBe(three);
});
