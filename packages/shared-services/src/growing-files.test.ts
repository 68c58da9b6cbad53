import { expect, test } from 'vitest';
import { firstOfEach, room } from '../test/rooms.ts';
import { renderServices } from './render.ts';

/** Rotated by what Debian's syslog-ng-core brings for logrotate. */
const bySyslogNg = ['/var/log/syslog', '/var/log/auth.log'];

/** Files and folders that programs are told to write to, without what of the name is different each day. */
const written = /\/var\/(?:log|mail)\/[\w.-]+/g;

test('whatever a program is told to write to without an end is rotated, or removed by its age', () => {
  for (const { machine, packages, files } of renderServices(room(firstOfEach))) {
    const texts = (isWanted: (path: string) => boolean): string =>
      files.flatMap(({ path, content }) => (isWanted(path) ? [content] : [])).join('\n');
    const isRotation = (path: string): boolean => /^\/etc\/(?:logrotate|tmpfiles)\.d\//.test(path);
    const ended = new Set([...(texts(isRotation).match(written) ?? []), ...bySyslogNg]);
    const growing = new Set(texts((path) => !isRotation(path)).match(written));
    expect([machine, ...[...growing].filter((path) => !ended.has(path))]).toEqual([machine]);
    expect(packages).toContain('logrotate');
  }
});
