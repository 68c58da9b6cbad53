import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isLocalUri, parseConnectionUri } from './connection-uri.ts';
import { LibvirtError } from './error.ts';

test.each([
  ['qemu:///system', { transport: 'unix', driver: 'qemu', driverUri: 'qemu:///system', session: false }],
  ['qemu:///session', { transport: 'unix', driverUri: 'qemu:///session', session: true }],
  ['test:///default', { transport: 'unix', driver: 'test', driverUri: 'test:///default' }],
  ['qemu+unix:///system?socket=/run/other-sock', { transport: 'unix', driverUri: 'qemu:///system' }],
  ['qemu://host2/system', { transport: 'tls', host: 'host2', driverUri: 'qemu:///system' }],
  ['qemu+tls://[2001:db8::1]:16515/system', { transport: 'tls', host: '2001:db8::1', port: 16515 }],
  [
    'QEMU+SSH://me%40home@host2:2222/system?keyfile=/root/a%20key&name=test:///default',
    { transport: 'ssh', user: 'me@home', host: 'host2', port: 2222, driver: 'qemu', driverUri: 'test:///default' },
  ],
  ['qemu+tls://host2/system?no_verify=1', { driverUri: 'qemu:///system' }],
])('%s', (uri, expected) => {
  expect(parseConnectionUri(uri)).toMatchObject(expected);
});

test('parameters are taken apart and decoded', () => {
  const { parameters } = parseConnectionUri('qemu+ssh://host2/system?keyfile=/root/a%20key;netcat=/bin/nc&no_tty');
  expect(Object.fromEntries(parameters)).toEqual({ keyfile: '/root/a key', netcat: '/bin/nc', no_tty: '' });
});

describe('is refused, and says why:', () => {
  test.each([
    ['', 'it has not the form'],
    ['/run/libvirt/libvirt-sock', 'it has not the form'],
    ['qemu+tcp://host2/system', 'its transport tcp is none of unix, ssh, tls'],
    ['qemu+unix://host2/system', 'leave the host out'],
    ['qemu+ssh:///system', 'needs a host'],
    ['qemu+tls://host2:99999/system', 'its port is not'],
    ['qemu+tls://host2/system?tls_priority=NORMAL', 'tls_priority is not supported'],
    ['qemu+ssh://%zz@host2/system', 'not percent-encoded'],
    [
      'qemu+ssh://host2/system?keyfle=/root/key',
      'over ssh there is no parameter "keyfle", only socket, mode, command, keyfile, netcat, no_tty, no_verify, proxy, name',
    ],
    [
      'qemu+tls://host2/system?keyfile=/root/key',
      'over tls there is no parameter "keyfile", only pkipath, no_verify, name',
    ],
    ['qemu:///system?sokcet=/run/x', 'over unix there is no parameter "sokcet", only socket, mode, name'],
    ['test:///default?x', 'there is no parameter "x"'],
  ])('%j', (uri, why) => {
    expect(() => parseConnectionUri(uri)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringContaining(why) }),
    );
  });

  test('anything else, by a LibvirtError', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'qemu+:/?&=;@[]%.-0z\0\n') }), (uri) => {
        try {
          expect(parseConnectionUri(uri).driverUri).toContain('://');
        } catch (error) {
          expect(error).toBeInstanceOf(LibvirtError);
        }
      }),
    );
  });
});

test.each([
  ['qemu:///system', true],
  ['qemu+unix:///session', true],
  ['test:///default', true],
  ['qemu+ssh://root@host2/system', false],
  ['qemu://host2/system', false],
])('%s is of this machine: %s', (uri, local) => {
  expect(isLocalUri(uri)).toBe(local);
});
