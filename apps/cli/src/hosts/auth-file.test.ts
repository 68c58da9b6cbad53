import { expect, test } from 'vitest';
import { parseCredentials } from './auth-file.ts';

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
