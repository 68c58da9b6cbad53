import { expect, test } from 'vitest';
import { firstOfEach, onSystem, room } from '../test/rooms.ts';
import { tell } from '../test/tell.ts';
import { checkDeclaration } from './check-declaration.ts';
import type { SharedServices } from './declaration.ts';
import { renderAnsible } from './output/ansible.ts';
import { renderCloudInit } from './output/cloud-init.ts';
import { renderServices } from './render.ts';
import { verifyServices } from './verify/verify.ts';

/** Without the services that Alpine does not have. */
function alpineRoom(): SharedServices {
  const { auth: _, ...services } = room(firstOfEach, ['web']);
  return onSystem(services, 'web', 'alpine');
}
const rhelRoom = onSystem(room(firstOfEach, ['web']), 'web', 'rhel');

test.each([
  ['rhel', rhelRoom],
  ['alpine', alpineRoom()],
] as const)('a client on %s is as it was read over, and both sides agree', async (system, services) => {
  const setups = renderServices(services);
  const web = setups.find(({ machine }) => machine === 'web');
  if (web === undefined) throw new Error('no client');
  const outputs = [
    tell(web),
    renderAnsible([web], () => 'web'),
    renderCloudInit(web).replace(/write_files:[\s\S]*\nruncmd/, 'runcmd'),
  ];
  await expect(outputs.join('\n')).toMatchFileSnapshot(`../test/golden/system-${system}.txt`);
  const machines = setups.map(({ machine, files }) => ({
    machine,
    fqdn: `${machine}.${services.domain}`,
    addresses: services.machines.find(({ name }) => name === machine)?.addresses ?? [],
    files,
  }));
  expect(verifyServices({ machines })).toEqual([]);
  // The server is Debian's, as ever.
  expect(setups.filter(({ machine }) => machine === 'common')).toEqual(
    renderServices(onSystem(services, 'web', 'debian')).filter(({ machine }) => machine === 'common'),
  );
});

test.each([
  ['a server', onSystem(rhelRoom, 'common', 'rhel'), 'common runs rhel, and servers run Debian.'],
  ['sssd on Alpine', onSystem(rhelRoom, 'web', 'alpine'), 'web runs alpine, on which sssd is not known here.'],
  [
    "Red Hat's nslcd",
    onSystem(room({ ...firstOfEach, auth: 'nslcd' }, ['web']), 'web', 'rhel'),
    'web runs rhel, on which nslcd is not known here.',
  ],
])('%s is refused, with what to write', (_, services, message) => {
  const problems = checkDeclaration(services);
  expect(problems.map((problem) => problem.message)).toContain(message);
  expect(problems.every(({ remedy }) => /^(?:Write|Name) /.test(remedy))).toBe(true);
});
