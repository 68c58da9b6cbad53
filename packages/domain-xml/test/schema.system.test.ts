import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { domainFiles, libvirtTests } from '@kvm/ci/libvirt-source';
import { needs } from '@kvm/ci/needs';
import { readSchemaFiles } from '@kvm/domain-xml/schema';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileSchema, type DomainSchema, DomainXmlError, parseXml, renderSchemaProblem } from '../src/index.ts';
import { Mutator } from './mutate.ts';

const folder = needs('xmllint', 'apt-get', 'virt-xml-validate') ? undefined : libvirtTests();
const files = folder === undefined ? [] : domainFiles(folder);
const scratch = mkdtempSync(join(tmpdir(), 'domain-xml-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** Per file: whether the schema allows it; undefined when it is not even XML. */
function verdictsOfXmllint(paths: readonly string[], start = 'domain.rng'): (boolean | undefined)[] {
  const verdicts = new Map<string, boolean>();
  for (let at = 0; at < paths.length; at += 1000) {
    const words = ['--noout', '--relaxng', `/usr/share/libvirt/schemas/${start}`, ...paths.slice(at, at + 1000)];
    const { stderr } = spawnSync('xmllint', words, { encoding: 'utf8', maxBuffer: 1 << 30 });
    for (const [, path = '', verdict] of stderr.matchAll(/^(\/\S+) (validates|fails to validate)$/gm)) {
      verdicts.set(path, verdict === 'validates');
    }
  }
  return paths.map((path) => verdicts.get(path));
}

function verdict(schema: DomainSchema, xml: string): boolean | undefined {
  try {
    return schema.validate(parseXml(xml)).length === 0;
  } catch (error) {
    if (error instanceof DomainXmlError) return undefined;
    throw error;
  }
}

/**
 * libxml2 2.9 takes `<name/><vcpu/><uuid/>` for wrong, though all three are in one interleave and any other element may
 * stand in place of the vcpu. Moving it to the front does not change what the schema says.
 */
function hoistVcpu(xml: string): string {
  const [vcpu = ''] = /<vcpu[ >].*?<\/vcpu>/s.exec(xml) ?? [];
  return xml.replace(vcpu, '').replace(/<domain[^>]*>/, (start) => start + vcpu);
}

describe.skipIf(folder === undefined)("the host's own schema", () => {
  let schema: DomainSchema;
  beforeAll(async () => {
    schema = compileSchema(await readSchemaFiles());
  });

  test('gives the verdict of xmllint on every file of libvirt', () => {
    const theirs = verdictsOfXmllint(files.map(({ path }) => path));
    const differing = files.filter(({ xml }, index) => verdict(schema, xml) !== theirs[index]);
    expect(differing.map(({ name }) => name)).toEqual([]);
    expect(theirs.filter((valid) => valid).length).toBeGreaterThan(1900);
  });

  test.each([
    ['interface.rng', 'interfaceschemadata'],
    ['network.rng', 'networkxml2xmlin'],
    ['nodedev.rng', 'nodedevschemadata'],
    ['nwfilter.rng', 'nwfilterxml2xmlin'],
    ['secret.rng', 'secretxml2xmlin'],
    ['storagepool.rng', 'storagepoolxml2xmlin'],
    ['storagevol.rng', 'storagevolxml2xmlin'],
  ])('of another kind, %s, gives the verdict of xmllint on every file of %s', async (start, name) => {
    const other = compileSchema(await readSchemaFiles(), start);
    const inside = join(folder ?? '', name);
    const paths = readdirSync(inside).flatMap((file) => (file.endsWith('.xml') ? [join(inside, file)] : []));
    const theirs = verdictsOfXmllint(paths, start);
    expect(paths.filter((path, index) => verdict(other, readFileSync(path, 'utf8')) !== theirs[index])).toEqual([]);
    expect(theirs.filter((valid) => valid).length).toBeGreaterThan(paths.length / 3);
  });

  test('gives the verdict of xmllint on files changed at random', () => {
    const count = process.env.KVM_SOAK ? 10_000 : 1_000;
    const valid = files.filter(({ xml }) => verdict(schema, xml));
    const mutator = new Mutator(
      valid.map(({ xml }) => xml),
      20260101,
    );
    const mutants = Array.from({ length: count }, (_, index) => {
      const path = join(scratch, `${index}.xml`);
      const xml = mutator.next();
      writeFileSync(path, xml);
      return { path, xml };
    });
    const theirs = verdictsOfXmllint(mutants.map(({ path }) => path));
    const differing = mutants.filter(({ xml }, index) => verdict(schema, xml) !== theirs[index]);
    const hoisted = verdictsOfXmllint(
      differing.map(({ path, xml }) => {
        writeFileSync(path, hoistVcpu(xml));
        return path;
      }),
    );
    expect(differing.filter(({ xml }, index) => verdict(schema, xml) !== hoisted[index])).toEqual([]);
    expect(differing.length).toBeLessThanOrEqual(count / 1_000);
    expect(theirs.filter((valid) => valid).length).toBeGreaterThan(count / 20);
  });

  test.each([
    [
      "<target dev='vda' bus='virtoi'/>",
      '4:46 /domain/devices/disk/target: bus="virtoi" is not one of ide, fdc, scsi, virtio, xen, usb, uml, sata, sd. Did you mean virtio?',
    ],
    [
      "<tagret dev='vda'/>",
      /^4:28 \/domain\/devices\/disk\/tagret: <tagret> is not allowed here; .*Did you mean <target>\?$/,
    ],
    [
      "<target dve='vda'/>",
      '4:36 /domain/devices/disk/target: dve="vda" is no attribute of this element; expected dev, bus, tray, removable, rotation_rate. Did you mean dev?',
    ],
    ['', '4:1 /domain/devices/disk: <disk> lacks <target>'],
    ["<target bus='virtio'/>", '4:28 /domain/devices/disk/target: <target> lacks dev'],
    [
      "<target dev='vda'/><target dev='vdb'/>",
      /^4:47 \/domain\/devices\/disk\/target\[2\]: another <target> is not allowed here/,
    ],
  ])('says what is wrong with %s', (target, problem) => {
    const xml = `<domain type='kvm'><name>a</name><memory>1</memory><os><type>hvm</type></os>
<devices>
<!-- -->
<disk type='file'><source/>${target}</disk></devices></domain>`;
    const shown = schema.validate(parseXml(xml)).map((each) => renderSchemaProblem(each, 'f').slice(2));
    expect(shown).toEqual([typeof problem === 'string' ? problem : expect.stringMatching(problem)]);
  });

  test('tells several problems at once, each with its place', () => {
    const xml = `<domain type='kmv'><name>a</name><memory unit='Kib'>x</memory><os><type>hvm</type></os>
  <devices>
    <interface type='bridge'><source bridge='b'/><model type='virtio'/><boot/></interface>
    <disc/>
  </devices>
</domain>`;
    expect(schema.validate(parseXml(xml)).map(({ line, path }) => `${line} ${path}`)).toEqual([
      '1 /domain',
      '1 /domain/memory',
      '3 /domain/devices/interface/boot',
      '4 /domain/devices/disc',
    ]);
  });
});
