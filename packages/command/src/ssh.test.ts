import { expect, test } from 'vitest';
import { sshForward, sshMaster, sshThrough } from './ssh.ts';

const ssh = { control: '/run/c', destination: 'root@host', port: 2222 };

test.each([
  ['a command', sshThrough(ssh, ['true'])],
  ['a forwarding', sshForward(ssh, { from: '/run/a', to: '/run/b' })],
])('%s uses the shared connection or none', (_, command) => {
  const words = command.join(' ');
  expect(words).toContain('-F none');
  expect(words).toContain('-o ControlMaster=no -o ProxyCommand=false -S /run/c');
  expect(words).toContain('-p 2222 -- root@host');
});

test('what the user’s configuration says of agent, display and commands does not count', () => {
  for (const command of [sshMaster(ssh, ['true']), sshThrough(ssh, ['true'])])
    for (const option of [
      'BatchMode=yes',
      'ForwardAgent=no',
      'ForwardX11=no',
      'PermitLocalCommand=no',
      'RemoteCommand=none',
      'Tunnel=no',
    ])
      expect(command).toContain(option);
  expect(sshMaster(ssh, ['true'])).toContain('ClearAllForwardings=yes');
});

test('the command is one word, quoted for the shell there', () => {
  expect(sshThrough({ control: '/c', destination: 'h' }, ['echo', "it's"]).slice(-3)).toEqual([
    '--',
    'h',
    "'echo' 'it'\\''s'",
  ]);
});
