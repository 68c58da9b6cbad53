import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { capturedRun } from '../../test/captured-run.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';

const format = (stdin: string) => capturedRun(['xml', 'format', '-'], { stdin });

function diff(desired: string, actual: string, ...argv: string[]) {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'actual.xml'), actual);
  return capturedRun(['xml', 'diff', '-', 'actual.xml', ...argv], { stdin: desired, cwd });
}

const untidy = `<?xml version='1.0'?>
<!-- kept -->
<domain   type='kvm'><name>a &amp; b</name>
      <memory unit='MiB'>512</memory> <!-- why so much -->


<metadata><k:g xmlns:k='urn:k'> <k:a/></k:g></metadata><title> </title>
\t<features><acpi
  /><!-- last --></features><devices>
</devices></domain>
`;

const tidy = `<?xml version='1.0'?>
<!-- kept -->
<domain   type='kvm'>
  <name>a &amp; b</name>
  <memory unit='MiB'>512</memory> <!-- why so much -->

  <metadata>
    <k:g xmlns:k='urn:k'> <k:a/></k:g>
  </metadata>
  <title> </title>
  <features>
    <acpi
  /> <!-- last -->
  </features>
  <devices>
</devices>
</domain>
`;

test('format changes only white space between elements', async () => {
  expect(await format(untidy)).toEqual({ exitCode: 0, stdout: tidy, stderr: '' });
});

test('what was formatted stays as it is, and is the same domain', async () => {
  const element = fc.letrec<{ node: string; content: string }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(
        '<a/>',
        '<b x="1">t &lt; u</b>',
        '<!-- c -->',
        ' ',
        '\n',
        '\n\n\t',
        '<?p q?>',
        '<m>t<![CDATA[ ]]></m>',
      ),
      tie('content').map((content) => `<e>${content}</e>`),
    ),
    content: fc.array(tie('node'), { maxLength: 5 }).map((nodes) => nodes.join('')),
  })).content;
  await fc.assert(
    fc.asyncProperty(element, async (content) => {
      const xml = `<domain>${content}</domain>`;
      const { stdout } = await format(xml);
      expect((await format(stdout)).stdout).toBe(stdout);
      expect(stdout.replace(/\s/g, '')).toBe(xml.replace(/\s/g, ''));
    }),
  );
});

test('XML that cannot be read is refused at its place', async () => {
  expect(await format('<domain>\n  <name>x</nam>')).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: expect.stringMatching(/^kvmctl: stdin:2:\d+: the XML is not well-formed: /),
  });
  expect((await format('<!DOCTYPE domain []><domain/>')).stderr).toContain('a document type is not accepted');
  const cwd = temporaryFolder();
  expect((await capturedRun(['xml', 'format', 'no.xml'], { cwd })).stderr).toBe(
    'kvmctl: no.xml cannot be read: no such file or directory.\n',
  );
  writeFileSync(join(cwd, 'latin.xml'), Buffer.from('<domain>\xe9</domain>', 'latin1'));
  expect((await capturedRun(['xml', 'format', 'latin.xml'], { cwd })).stderr).toContain('latin.xml is not UTF-8 text');
});

const domain = (memory: string, vcpus: number) =>
  `<domain type='kvm'><name>a</name><memory unit='MiB'>${memory}</memory><vcpu>${vcpus}</vcpu><os><type>hvm</type></os></domain>`;

test('diff shows what differs, and when it can be mended', async () => {
  expect(await diff(domain('512', 1), domain('256', 1))).toEqual({
    exitCode: 1,
    stdout: `\
PLACE   SHOULD BE  IS       CHANGES
memory  512 MiB    256 MiB  next boot
`,
    stderr: '',
  });
  expect(await diff(domain('1024', 1), domain('1024', 1))).toEqual({
    exitCode: 0,
    stdout: '',
    stderr: 'no differences\n',
  });
});

test('diff --json tells the same to a program', async () => {
  const { exitCode, stdout } = await diff(domain('512', 1), domain('512', 2), '--json');
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout)).toEqual({
    version: 1,
    differences: [{ path: 'vcpu', desired: '1', actual: '2', change: 'next boot' }],
  });
});

test('diff takes domains only', async () => {
  expect((await diff('<network/>', domain('512', 1))).stderr).toContain(
    "kvmctl: stdin:1:1: <network> is not libvirt's <domain>",
  );
});

test.skipIf(!existsSync('/usr/share/libvirt/schemas/domain.rng'))(
  'validate: of thousands of problems a hundred are shown, and names are cut',
  async () => {
    const elements = Array.from({ length: 3000 }, (_, index) => `<${'x'.repeat(2000)}${index}/>`).join('');
    const stdin = `<domain type='kvm'>${elements}</domain>`;
    const { exitCode, stdout, stderr } = await capturedRun(['xml', 'validate', '-'], { stdin });
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr.split('\n')).toHaveLength(102);
    expect(stderr).toMatch(/\nstdin: 100 problems, and perhaps more: behind them nothing was looked at\n$/);
    expect(stderr.length).toBeLessThan(150_000);
  },
);
