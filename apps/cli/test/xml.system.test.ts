import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { needs } from '@kvm/ci/needs';
import { describe, expect, test } from 'vitest';
import { exampleFolder, kvmctl } from './bundled.ts';

describe.skipIf(needs('virt-xml-validate'))("xml validate with this machine's libvirt", () => {
  const file = 'expected/etc/kvm/domains/db.xml';
  const xml = readFileSync(join(exampleFolder, file), 'utf8');

  test('what kvmctl renders has no problems, and is indented', () => {
    expect(kvmctl(['xml', 'validate', file])).toMatchObject({
      status: 0,
      stdout: `${file}: no problems\n`,
      stderr: '',
    });
    expect(kvmctl(['xml', 'format', file]).stdout).toBe(xml);
  });

  test('every file is looked at, and every problem has its place', () => {
    const input = xml.replace(/bus="virtio"/, 'bus="virtoi"');
    const line = input.slice(0, input.indexOf('virtoi')).split('\n').length;
    const { status, stdout, stderr } = kvmctl(['xml', 'validate', '-', 'no.xml', file], { input });
    expect({ status, stdout }).toEqual({ status: 1, stdout: `${file}: no problems\n` });
    const [problem, unreadable] = stderr.trim().split('\n');
    expect(problem).toMatch(
      new RegExp(`^stdin:${line}:\\d+ /domain/devices/disk\\[1\\]/target: .*Did you mean virtio`),
    );
    expect(unreadable).toBe('no.xml cannot be read: no such file or directory.');
  });

  test('what is not XML is a problem like others', () => {
    expect(kvmctl(['xml', 'validate', '-'], { input: '<domain>' })).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^stdin:1:\d+: the XML is not well-formed/),
    });
  });
});
