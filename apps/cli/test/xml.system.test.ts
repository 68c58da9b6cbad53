import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { needs } from '@kvm/ci/needs';
import { describe, expect, test } from 'vitest';
import { exampleFolder, kvmctl } from './bundled.ts';

const fits = "fits libvirt's schema; what this host's QEMU can do was not looked at";

describe.skipIf(needs('virt-xml-validate'))("xml validate with this machine's libvirt", () => {
  const file = 'expected/etc/kvm/domains/db.xml';
  const xml = readFileSync(join(exampleFolder, file), 'utf8');

  test('what kvmctl renders has no problems, and is indented', () => {
    expect(kvmctl(['xml', 'validate', file])).toMatchObject({
      status: 0,
      stdout: `${file}: ${fits}\n`,
      stderr: '',
    });
    expect(kvmctl(['xml', 'format', file]).stdout).toBe(xml);
  });

  test('every file is looked at, and every problem has its place', () => {
    const input = xml.replace(/bus="virtio"/, 'bus="virtoi"');
    const line = input.slice(0, input.indexOf('virtoi')).split('\n').length;
    const { status, stdout, stderr } = kvmctl(['xml', 'validate', '-', 'no.xml', file], { input });
    expect({ status, stdout }).toEqual({ status: 1, stdout: `${file}: ${fits}\n` });
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

describe.skipIf(needs('virt-xml-validate'))("xml set with this machine's libvirt", () => {
  const xml = readFileSync(join(exampleFolder, 'expected/etc/kvm/domains/db.xml'), 'utf8');

  test('what the schema allows is written, also where much is missing', () => {
    const path = "/domain/devices/disk[target/@dev='vda']/driver/@cache";
    const { status, stdout } = kvmctl(['xml', 'set', '-', path, 'none'], { input: xml });
    expect(status).toBe(0);
    expect(kvmctl(['xml', 'get', '-', path], { input: stdout }).stdout).toBe('none\n');
    expect(kvmctl(['xml', 'validate', '-'], { input: stdout }).status).toBe(0);
    expect(kvmctl(['xml', 'set', '-', path, '--remove'], { input: stdout }).stdout).toBe(
      stdout.replace(/ cache=["']none["']/, ''),
    );
  });

  test('what it does not allow is refused with the reason, and nothing comes out', () => {
    const path = '/domain/devices/disk[1]/target/@bus';
    const { status, stdout, stderr } = kvmctl(['xml', 'set', '-', path, 'virtoi'], { input: xml });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr.trim().split('\n')).toEqual([
      expect.stringMatching(
        /^stdin:\d+:\d+ \/domain\/devices\/disk\[1\]\/target: bus="virtoi".*Did you mean virtio\?$/,
      ),
      'kvmctl: the change would bring 1 problem; nothing was written. Choose another path or value.',
    ]);
  });

  test('problems that are there already do not stand in the way of other changes', () => {
    const input = xml.replace('</name>', '</name>\n  <colour>red</colour>');
    const { status, stdout, stderr } = kvmctl(['xml', 'set', '-', '/domain/vcpu', '7'], { input });
    expect({ status, stderr }).toEqual({ status: 0, stderr: 'stdin: changed\n' });
    expect(kvmctl(['xml', 'get', '-', '/domain/vcpu'], { input: stdout }).stdout).toBe('7\n');
  });
});
