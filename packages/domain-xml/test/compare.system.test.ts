import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { libvirtTests } from '@kvm/ci/libvirt-source';
import { needs } from '@kvm/ci/needs';
import { afterAll, describe, expect, test } from 'vitest';
import { buildDomain, diffDomains, domainData, parseXml } from '../src/index.ts';
import { Mutator } from './mutate.ts';
import { seedDomain } from './seed-domain.ts';

const folder = needs('apt-get') ? undefined : libvirtTests();
const scratch = mkdtempSync(join(tmpdir(), 'domain-xml-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** Where libvirt does something else than it was asked to, and why. */
const exceptions = new Map([
  ['aarch64-features-sve.aarch64-latest.xml', 'asks QEMU, which adds a CPU feature'],
  ['memory-hotplug-nvdimm-ppc64-abi-update.xml', 'rounds memory to what POWER can map'],
  ['memory-hotplug-ppc64-nonuma-abi-update.xml', 'rounds memory to what POWER can map'],
  ['metadata-duplicate.xml', 'keeps one of several metadata of a namespace'],
  ['numad-auto-memory-vcpu-no-cpuset-and-placement.xml', 'places CPUs by its memory policy instead'],
  ['numavcpus-topology-mismatch.x86_64-latest.xml', 'puts CPUs that were left over in the first NUMA node'],
  ['seclabel-dynamic-none-relabel-inactive.xml', 'has no security driver in its tests'],
  ['seclabel-dynamic-relabel-inactive.xml', 'has no security driver in its tests'],
  ['tap-vhost-incorrect.xml', 'drops a driver that the interface cannot have'],
]);

const inputNames = (output: string): string[] => [
  output,
  output.replace(/(-active|-inactive)?\.xml$/, '.xml'),
  output.replace(/\.(x86_64|aarch64|ppc64|s390x?|riscv64|i386)[^/]*\.xml$/, '.xml'),
];

describe.skipIf(folder === undefined)("what libvirt's tests make of a domain", () => {
  const pairs = (folder === undefined ? [] : readdirSync(join(folder, 'qemuxml2xmloutdata'))).flatMap((name) => {
    const input = inputNames(name)
      .map((each) => join(folder ?? '', 'qemuxml2argvdata', each))
      .find(existsSync);
    return input === undefined ? [] : [{ name, input, output: join(folder ?? '', 'qemuxml2xmloutdata', name) }];
  });
  const dataIn = (file: string) => domainData(parseXml(readFileSync(file, 'utf8')));

  test('does not differ from what was asked for, but in a few known cases', () => {
    const differing = pairs.filter(({ input, output }) => diffDomains(dataIn(input), dataIn(output)).length > 0);
    expect(pairs.length).toBeGreaterThan(590);
    expect(differing.map(({ name }) => name).sort()).toEqual([...exceptions.keys()].sort());
  });

  test('does not differ from itself', () => {
    const differing = pairs.filter(({ output }) => diffDomains(dataIn(output), dataIn(output)).length > 0);
    expect(differing).toEqual([]);
  });

  test.each(['disk', 'interface', 'hostdev', 'filesystem', 'tpm', 'rng', 'sound'])(
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

  test('is compared with anything without failing', () => {
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
});

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
