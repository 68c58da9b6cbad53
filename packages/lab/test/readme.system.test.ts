import { join } from 'node:path';
import { needs } from '@kvm/ci/needs';
import { readExamples, runExample } from '@kvm/ci/readme';
import { describe, expect, test } from 'vitest';

const readme = join(import.meta.dirname, '../README.md');

describe.skipIf(needs('root', 'libvirtd', 'qemu-system-x86_64', 'tcpdump'))('README.md', () => {
  test.each(readExamples(readme, 'ts system'))('example %$', async ({ code, output }) => {
    expect(await runExample(code, readme)).toBe(output);
  });
});
