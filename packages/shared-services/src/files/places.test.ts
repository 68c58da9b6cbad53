import { expect, test } from 'vitest';
import { firstOfEach, room } from '../../test/rooms.ts';
import { checkDeclaration } from '../check-declaration.ts';
import { commandsOf } from '../machine-setup.ts';
import { renderServices } from '../render.ts';
import { clientPlaces, isWithin, serverPlaces } from './places.ts';

const systemFolders = [
  '/etc',
  '/etc/kvm',
  '/usr',
  '/usr/local',
  '/root',
  '/boot',
  '/var',
  '/var/lib',
  '/var/log',
  '/opt',
];
const others = [
  '/',
  '/bin',
  '/sbin',
  '/lib',
  '/dev',
  '/dev/shm',
  '/proc',
  '/sys',
  '/run',
  '/tmp',
  '/srvx',
  '/srv/../etc',
];

test.each([...systemFolders, ...others])('%s is no place for an export, on either side', (path) => {
  expect([isWithin(path, serverPlaces), isWithin(path, clientPlaces)]).toEqual([false, false]);
});

test("people's homes may be mounted on /home; what the server exports is not its own /home", () => {
  expect([isWithin('/home', clientPlaces), isWithin('/home/shared', clientPlaces)]).toEqual([true, true]);
  expect([isWithin('/home', serverPlaces), isWithin('/home/alice', serverPlaces)]).toEqual([false, false]);
  expect([isWithin('/srv', serverPlaces), isWithin('/srv/nfs/home', serverPlaces)]).toEqual([true, true]);
});

test.each([
  ['path', '/etc'],
  ['path', '/var/lib/nfs'],
  ['path', '/home'],
  ['mount', '/etc'],
  ['mount', '/usr/local'],
])('an export whose %s is %s is refused with its place and the places there are', (key, value) => {
  const { files, ...rest } = room(firstOfEach);
  if (files === undefined) throw new Error('no files');
  const exports = files.exports.map((each) => ({ ...each, [key]: value }));
  const problems = checkDeclaration({ ...rest, files: { ...files, exports } });
  expect(problems.map(({ code, path }) => [code, path])).toEqual([['bad-path', ['files', 'exports', 'home', key]]]);
  expect(problems[0]?.remedy).toContain('/srv');
});

test('two exports do not share a disk', () => {
  const { files, ...rest } = room(firstOfEach);
  if (files === undefined) throw new Error('no files');
  const second = { name: 'more', path: '/srv/more', mount: '/nfs/more', readOnly: true, disk: 'nfs-home' };
  const problems = checkDeclaration({ ...rest, files: { ...files, exports: [...files.exports, second] } });
  expect(problems).toMatchObject([{ code: 'duplicate', path: ['files', 'exports', 'more', 'disk'] }]);
});

test('two exports of one folder, for some to write and for others to read, lie on one disk, which is mounted once', () => {
  const { files, ...rest } = room(firstOfEach);
  if (files === undefined) throw new Error('no files');
  const both = (disk: string) => {
    const second = { name: 'more', path: '/srv/nfs/home', mount: '/nfs/more', readOnly: true, disk };
    return { ...rest, files: { ...files, exports: [...files.exports, second] } };
  };
  const common = renderServices(both('nfs-home')).find(({ machine }) => machine === 'common');
  expect(commandsOf(common?.handlers ?? []).filter(([program]) => program?.endsWith('make-file-system'))).toHaveLength(
    1,
  );
  expect(checkDeclaration(both('other'))).toMatchObject([
    { code: 'duplicate', path: ['files', 'exports', 'more', 'path'] },
  ]);
});

test.each([
  ['path', '/srv/nfs', '/srv/nfs/a/home'],
  ['mount', '/home', '/home/shared'],
])(
  'an export whose %s is inside of another export is refused: its clients could put a link there',
  (key, outer, inner) => {
    const { files, ...rest } = room(firstOfEach);
    if (files === undefined) throw new Error('no files');
    const [a, b] = [
      { name: 'a', path: '/srv/a', mount: '/nfs/a', readOnly: false },
      { name: 'b', path: '/srv/b', mount: '/nfs/b', readOnly: false },
    ];
    const check = (one: string, other: string) =>
      checkDeclaration({
        ...rest,
        files: {
          ...files,
          exports: [
            { ...a, [key]: one },
            { ...b, [key]: other },
          ],
        },
      });
    expect(check(inner, outer).map(({ code, path }) => [code, path])).toEqual([
      ['bad-path', ['files', 'exports', 'a', key]],
    ]);
    expect(check(outer, inner).map(({ path }) => path)).toEqual([['files', 'exports', 'b', key]]);
    expect(check(outer, `${outer}x`.replace('/homex', '/nfs/homex'))).toEqual([]);
  },
);
