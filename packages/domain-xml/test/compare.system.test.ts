import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { libvirtReleases, libvirtTests } from '@kvm/ci/libvirt-source';
import { needs } from '@kvm/ci/needs';
import { afterAll, describe, expect, test } from 'vitest';
import { buildDomain, diffDomains, domainData, parseXml } from '../src/index.ts';
import { Mutator } from './mutate.ts';
import { seedDomain } from './seed-domain.ts';

const scratch = mkdtempSync(join(tmpdir(), 'domain-xml-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** Where libvirt does something else than it was asked to, and why. */
const exceptions = [
  ['aarch64-features-sve', 'asks QEMU, which adds a CPU feature'],
  ['channel-virtio-autoassign', 'puts a channel on the only bus there is'],
  ['disk-device-removable', 'drops a word that the bus does not know'],
  ['firmware-auto-efi-format-mismatch', 'takes the format of the firmware that it finds'],
  ['memory-hotplug-nvdimm-ppc64', 'rounds memory to what POWER can map'],
  ['memory-hotplug-ppc64-nonuma', 'rounds memory to what POWER can map'],
  ['metadata-duplicate', 'keeps one of several metadata of a namespace'],
  ['net-hostdev-fail', 'drops what the interface cannot have'],
  ['net-vhostuser-fail', 'drops what the interface cannot have'],
  ['numad-auto-memory-vcpu-no-cpuset-and-placement', 'places CPUs by its memory policy instead'],
  ['numatune-auto-nodeset-invalid', 'drops nodes beside a placement by itself'],
  ['numavcpus-topology-mismatch', 'puts CPUs that were left over in the first NUMA node'],
  ['s390x-ccw-acpi', 'drops a feature that the machine cannot have'],
  ['seclabel-dynamic-none-relabel', 'has no security driver in its tests'],
  ['seclabel-dynamic-relabel', 'has no security driver in its tests'],
  ['sparc-minimal', 'has the default machine of an architecture that is not known here'],
  ['tap-vhost-incorrect', 'drops a driver that the interface cannot have'],
] as const;

const isException = (name: string): boolean => exceptions.some(([start]) => name.startsWith(start));

/** Names of architectures behind which libvirt's tests say for which QEMU an output is: `.x86_64-latest.xml`. */
const forQemu =
  /\.(?:x86_64|i386|aarch64|armv7l|ppc64|ppc|s390x?|riscv64|loongarch64|sparc|mips\w*|m68k|alpha)[-.][^/]*\.?xml$/;

/** The inputs of which an output may be: another of the same name, or with less behind it. */
const inputNames = (output: string): string[] => [
  output,
  output.replace(/(-active|-inactive)?\.xml$/, '.xml'),
  output.replace(forQemu, '.xml'),
];

interface Pair {
  readonly name: string;
  readonly input: string;
  readonly output: string;
}

/** What libvirt's own tests put in, and what comes out. */
function pairsIn(tests: string): readonly Pair[] {
  // Since 10.2 inputs and outputs lie in one folder.
  const isOne = existsSync(join(tests, 'qemuxmlconfdata'));
  const [inputs, outputs] = isOne
    ? (['qemuxmlconfdata', 'qemuxmlconfdata'] as const)
    : (['qemuxml2argvdata', 'qemuxml2xmloutdata'] as const);
  return readdirSync(join(tests, outputs)).flatMap((name) => {
    if (!name.endsWith('.xml') || (isOne && !forQemu.test(name))) return [];
    const input = inputNames(name)
      .filter((each) => !isOne || each !== name)
      .map((each) => join(tests, inputs, each))
      .find(existsSync);
    return input === undefined ? [] : [{ name, input, output: join(tests, outputs, name) }];
  });
}

const dataIn = (file: string) => domainData(parseXml(readFileSync(file, 'utf8')));

const releases = [
  { suite: 'bookworm', least: 590 },
  { suite: 'trixie', least: 1100 },
] as const;

describe.skipIf(needs('apt-get')).each(releases)(
  "what libvirt's tests make of a domain, in $suite",
  ({ suite, least }) => {
    const tests = needs('apt-get') ? undefined : libvirtTests(suite);
    const pairs = tests === undefined ? [] : pairsIn(tests);
    const libvirt = libvirtReleases[suite];

    test.skipIf(tests === undefined)('does not differ from what was asked for, but in a few known cases', () => {
      const differing = pairs.filter(
        ({ input, output }) => diffDomains(dataIn(input), dataIn(output), { libvirt }).length > 0,
      );
      expect(pairs.length).toBeGreaterThan(least);
      expect(differing.map(({ name }) => name).filter((name) => !isException(name))).toEqual([]);
      expect(differing.length).toBeGreaterThan(5);
    });

    test('does not differ from itself', () => {
      const differing = pairs.filter(
        ({ output }) => diffDomains(dataIn(output), dataIn(output), { libvirt }).length > 0,
      );
      expect(differing).toEqual([]);
    });

    test.skipIf(tests === undefined).each(['disk', 'interface', 'hostdev', 'filesystem', 'tpm', 'rng', 'sound'])(
      'differs when a <%s> is taken away, whichever of the two it is taken from',
      (device) => {
        const element = new RegExp(`<${device} [^>]*[^/]>.*?</${device}>`, 's');
        const xmls = pairs.map(({ output }) => readFileSync(output, 'utf8')).filter((xml) => element.test(xml));
        const blind = xmls.filter((xml) => {
          const [one, other] = [xml, xml.replace(element, '')].map((text) => domainData(parseXml(text)));
          return one && other && (diffDomains(one, other).length === 0 || diffDomains(other, one).length === 0);
        });
        expect(xmls.length).toBeGreaterThan(0);
        expect(blind).toEqual([]);
      },
    );

    test.skipIf(tests === undefined)('is compared with anything without failing', () => {
      const mutator = new Mutator(
        pairs.map(({ output }) => readFileSync(output, 'utf8')),
        7,
      );
      const texts = Array.from({ length: 500 }, () => mutator.next());
      const domains = texts.flatMap((xml) => {
        try {
          return [domainData(parseXml(xml))];
        } catch {
          return [];
        }
      });
      expect(domains.length).toBeGreaterThan(300);
      const found = domains.map((domain, index) => diffDomains(domain, domains[index - 1] ?? domain).length);
      expect(found.filter((count) => count > 0).length).toBeGreaterThan(300);
    });
  },
);

describe.skipIf(needs('virsh'))("libvirt's own reader", () => {
  test('leaves nothing of the seed different', async () => {
    const file = join(scratch, 'domain.xml');
    const desired = { ...seedDomain, '@type': 'test' } as const;
    writeFileSync(file, await buildDomain(desired));
    const commands = `define ${file}; start public; dumpxml public`;
    const dumped = execFileSync('virsh', ['-q', '-c', 'test:///default', commands], { encoding: 'utf8' });
    expect(diffDomains(desired, domainData(parseXml(dumped.slice(dumped.indexOf('<domain')))))).toEqual([]);
  });
});
