import { expect, test } from 'vitest';
import { oneDomain } from './one-domain.ts';

const domain = (name: string) => ({ name, uuid: `uuid of ${name}` });

test('a domain is found by its name, by its VMID, or by both', () => {
  expect(oneDomain('public', domain('public'), [])).toEqual(domain('public'));
  expect(oneDomain('65', undefined, [domain('public')])).toEqual(domain('public'));
  expect(oneDomain('65', domain('65'), [domain('65')])).toEqual(domain('65'));
});

test('a number that is the name of one domain and the VMID of another means neither', () => {
  expect(() => oneDomain('65', domain('65'), [domain('public')])).toThrow(
    expect.objectContaining({
      code: 'ambiguous-guest',
      message: expect.stringContaining('65 is the name of one domain and the VMID of another: public.'),
    }),
  );
});

test('a VMID of several domains means none of them', () => {
  expect(() => oneDomain('65', undefined, [domain('public'), domain('copy')])).toThrow(
    'VMID 65 is that of several domains: public, copy. Name one of them.',
  );
});

test('what nobody has is quoted, so that an empty name is seen', () => {
  expect(() => oneDomain('', undefined, [])).toThrow('there is no domain "", by name or VMID.');
});
