import { homedir } from 'node:os';
import { expect, test } from 'vitest';
import { revocationLists, tlsFiles } from './tls-files.ts';

const system = [
  '/etc/pki/CA/cacert.pem',
  '/etc/pki/CA/cacrl.pem',
  '/etc/pki/libvirt/clientcert.pem',
  '/etc/pki/libvirt/private/clientkey.pem',
];
const own = ['cacert.pem', 'cacrl.pem', 'clientcert.pem', 'clientkey.pem'].map(
  (name) => `${homedir()}/.pki/libvirt/${name}`,
);
const [ca, crl, cert, key] = own as [string, string, string, string];

test.each([
  ['root', true, own, system],
  ['a user without files', false, [], system],
  ['a user with all files', false, own, own],
  ['a user with a list of revocations only', false, [crl], [system[0], crl, system[2], system[3]]],
  ['a user with a certificate without a key', false, [ca, cert], [ca, system[1], system[2], system[3]]],
  ['a user with a certificate and a key', false, [cert, key], [system[0], system[1], cert, key]],
])('%s has the files that virsh takes', (_, isRoot, there, expected) => {
  const { ca, crl, cert, key } = tlsFiles(undefined, isRoot, (path) => there.includes(path));
  expect([ca, crl, cert, key]).toEqual(expected);
});

test('pkipath has all of them', () => {
  expect(tlsFiles('/pki', false, () => false)).toEqual({
    ca: '/pki/cacert.pem',
    crl: '/pki/cacrl.pem',
    cert: '/pki/clientcert.pem',
    key: '/pki/clientkey.pem',
  });
});

test('every list of a file counts', () => {
  const list = (text: string) => `-----BEGIN X509 CRL-----\n${text}\n-----END X509 CRL-----`;
  expect(revocationLists(`x\n${list('a')}\n${list('b')}\n`)).toEqual([list('a'), list('b')]);
  expect(revocationLists('')).toEqual([]);
});
