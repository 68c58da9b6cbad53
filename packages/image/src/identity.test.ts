import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { type Identity, packFiles, renderIdentity } from './index.ts';

const identity: Identity = {
  name: 'web',
  domain: 'home.example',
  uuid: '4dea22b3-1d52-d8f3-2516-782e98ab3fa0',
  fileSystems: [
    { mount: '/', uuid: '11111111-1111-4111-8111-111111111111' },
    { mount: '/var', uuid: '22222222-1111-4111-8111-111111111111' },
    { mount: 'swap', uuid: '33333333-1111-4111-8111-111111111111' },
  ],
  hosts: [{ name: 'web', addresses: ['172.16.65.1', 'fd00:61:0:65::1'] }],
  nameservers: ['172.16.60.1'],
  keys: ['ssh-ed25519 AAAA alice@hoge', 'ssh-ed25519 BBBB bob'],
  files: [{ path: '/etc/network/interfaces', mode: 0o640, content: 'auto eth0 # ü\n' }],
};

describe('an identity', () => {
  const content = (path: string): string | undefined => {
    const file = renderIdentity(identity).find((each) => each.path === path);
    return file && ('link' in file ? `-> ${file.link}` : file.content);
  };

  test.each([
    ['/etc/hostname', 'web\n'],
    ['/etc/machine-id', '4dea22b31d52d8f32516782e98ab3fa0\n'],
    ['/etc/resolv.conf', 'search home.example\nnameserver 172.16.60.1\n'],
    ['/root/.ssh/authorized_keys', 'ssh-ed25519 AAAA alice@hoge\nssh-ed25519 BBBB bob\n'],
    ['/etc/network/interfaces', 'auto eth0 # ü\n'],
    ['/etc/systemd/system/systemd-firstboot.service', '-> /dev/null'],
    [
      '/etc/fstab',
      `UUID=11111111-1111-4111-8111-111111111111 / ext4 errors=remount-ro 0 1
UUID=22222222-1111-4111-8111-111111111111 /var ext4 defaults 0 2
UUID=33333333-1111-4111-8111-111111111111 none swap sw 0 0
`,
    ],
    [
      '/etc/hosts',
      `127.0.0.1 localhost
::1 localhost ip6-localhost ip6-loopback
172.16.65.1 web.home.example web
fd00:61:0:65::1 web.home.example web
`,
    ],
  ])('%s', (path, expected) => expect(content(path)).toBe(expected));

  test.each([
    ['a key', { keys: ['ssh-ed25519 AAAA\nssh-ed25519 EVIL'] }],
    ['a name', { name: 'web\n' }],
    ['a host', { hosts: [{ name: 'a\n1.2.3.4 b', addresses: ['1.2.3.4'] }] }],
    ['a server', { nameservers: ['1.2.3.4\noptions x'] }],
    ['a file system', { fileSystems: [{ mount: '/', uuid: '1 / ext4 suid 0 1\n#' }] }],
  ] as const)('never has a line more by %s', (_, change) => {
    expect(() => renderIdentity({ ...identity, ...change })).toThrow(expect.objectContaining({ code: 'bad-identity' }));
  });
});

test('files are packed as tar reads them, with every folder above them', () => {
  const packed = packFiles(renderIdentity(identity));
  const tar = (...words: string[]): string => execFileSync('tar', words, { input: packed, encoding: 'utf8' });
  const listed = tar('-tv', '--numeric-owner', '-f', '-');
  expect(listed).toMatch(/^drwx------ 0\/0 +0 1970-01-01 00:00 root\/.ssh\/?$/m);
  expect(listed).toMatch(/^-rw------- 0\/0 +49 1970-01-01 00:00 root\/.ssh\/authorized_keys$/m);
  expect(listed).toMatch(/^-rw-r----- 0\/0 +15 1970-01-01 00:00 etc\/network\/interfaces$/m);
  expect(listed).toMatch(/ etc\/localtime -> \/usr\/share\/zoneinfo\/Etc\/UTC$/m);
  expect(tar('-xO', '-f', '-', 'etc/network/interfaces')).toBe('auto eth0 # ü\n');
});

test.each(['relative', `/${'a'.repeat(101)}`, '/ü'])('no archive holds the path %s', (path) => {
  expect(() => packFiles([{ path, mode: 0o644, content: '' }])).toThrow(
    expect.objectContaining({ code: 'bad-identity' }),
  );
});
