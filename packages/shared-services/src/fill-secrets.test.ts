import { expect, test } from 'vitest';
import { ServicesError } from './errors.ts';
import { fillSecrets } from './fill-secrets.ts';
import { secretSlot, textFile } from './machine-setup.ts';

const file = (content: string, ...secrets: string[]) => ({ ...textFile('/etc/x', content), secrets });
const from = (known: Record<string, string>) => (name: string) => known[name];

test('every slot is filled, also one that stands there twice', () => {
  const content = `a=${secretSlot('a')} b=${secretSlot('b')} a=${secretSlot('a')}`;
  expect(fillSecrets(file(content, 'a', 'b'), from({ a: '1', b: '2' })).content).toBe('a=1 b=2 a=1');
});

test.each(['$&', '$1', "$'", '$`', '$$', '\\1', '@secret:b@'])('a secret %j stands there as it is', (secret) => {
  const content = `<${secretSlot('a')}> <${secretSlot('b')}>`;
  expect(fillSecrets(file(content, 'a', 'b'), from({ a: secret, b: '2' })).content).toBe(`<${secret}> <2>`);
});

test('a secret that has not been made is told by its name and its file; what is filled names no secrets', () => {
  expect(() => fillSecrets(file(secretSlot('bind/web'), 'bind/web'), from({}))).toThrow(
    new ServicesError(
      'missing-secret',
      '/etc/x needs the secret bind/web, which has not been made yet: kvmctl services render or apply makes it.',
    ),
  );
  expect(fillSecrets(file(secretSlot('a'), 'a'), from({ a: '' }))).toEqual({
    ...textFile('/etc/x', ''),
    withSlots: secretSlot('a'),
  });
});
