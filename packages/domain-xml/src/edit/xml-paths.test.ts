import { expect, test } from 'vitest';
import { attributeOf, elementsAt } from '../xml/element-path.ts';
import { parseXml } from '../xml/parse-xml.ts';
import { renderXml } from '../xml/render-xml.ts';
import { getXml } from './get-xml.ts';
import { indentXml } from './indent-xml.ts';
import { xmlPaths } from './xml-paths.ts';

const document = parseXml(
  `<domain type='kvm'><!-- ours --><devices>  <disk><target dev='vda'/></disk><disk xmlns:x='urn:x'><target dev='vdb'/></disk></devices></domain>`,
);

test('each path leads to one place, and namespaces are none', () => {
  const paths = xmlPaths(document);
  expect(paths).toEqual([
    '/domain',
    '/domain/@type',
    '/domain/devices',
    '/domain/devices/disk[1]',
    '/domain/devices/disk[1]/target',
    '/domain/devices/disk[1]/target/@dev',
    '/domain/devices/disk[2]',
    '/domain/devices/disk[2]/target',
    '/domain/devices/disk[2]/target/@dev',
  ]);
  expect(paths.map((path) => getXml(document, path).length)).toEqual(paths.map(() => 1));
});

test('elements at the end of names, and their attributes', () => {
  const targets = elementsAt([document.root], 'devices', 'disk', 'target');
  expect(targets.map((target) => attributeOf(target, 'dev'))).toEqual(['vda', 'vdb']);
  expect(attributeOf(targets[0], 'bus')).toBe(undefined);
});

test('indenting changes white space between elements only, and nothing the second time', () => {
  const text = renderXml(indentXml(document));
  expect(text).toBe(`<domain type='kvm'>
  <!-- ours -->
  <devices>
    <disk>
      <target dev='vda'/>
    </disk>
    <disk xmlns:x='urn:x'>
      <target dev='vdb'/>
    </disk>
  </devices>
</domain>`);
  expect(renderXml(indentXml(parseXml(text)))).toBe(text);
});
