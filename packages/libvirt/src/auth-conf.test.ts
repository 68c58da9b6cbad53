import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadCredentials, parseCredentials } from './auth-conf.ts';

const text = `# of libvirt's own form
[credentials-ops]
username = ops
password=a = b # not a comment
[credentials-half]
authname=half

[auth-libvirt-host2]
credentials=ops
[auth-libvirt-host3]
credentials=half
[auth-vnc-default]
credentials=ops
`;

test.each<[string, string, unknown]>([
  ['its own group', text, { user: 'ops', password: 'a = b # not a comment' }],
  ['none of its own, and no default', text.replace('host2', 'other'), undefined],
  ['the default', text.replace('host2', 'default'), { user: 'ops', password: 'a = b # not a comment' }],
  ['a group that names no credentials', text.replace('credentials=ops', 'credentials=none'), undefined],
  ['credentials without a password', text.replace('host2', 'x').replace('host3', 'host2'), undefined],
  ['text that is no such file', '{"password": 1}\n=\n[\n', undefined],
  ['nothing', '', undefined],
])('%s', (_name, content, credentials) => {
  expect(parseCredentials(content, 'host2')).toEqual(credentials);
});

test('the file of LIBVIRT_AUTH_FILE says who one is on the host of a URI', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'auth-conf-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'auth.conf');
  writeFileSync(file, text);
  const env = { LIBVIRT_AUTH_FILE: file, HOME: folder };
  const ops = { user: 'ops', password: 'a = b # not a comment' };
  expect(await loadCredentials('qemu+tls://root@host2:16514/system', env)).toEqual(ops);
  expect(await loadCredentials('qemu:///system', env)).toBe(undefined);
  await expect(
    loadCredentials('qemu:///system', { ...env, LIBVIRT_AUTH_FILE: join(folder, 'none') }),
  ).rejects.toMatchObject({
    code: 'UNREADABLE_AUTH_FILE',
    message: `${join(folder, 'none')} cannot be read: no such file or directory.`,
  });
});
