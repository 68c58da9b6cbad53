import type { RunProgram } from '@kvm/command';
import { buildDomain, compileSchema, DomainXmlError, parseXml } from '@kvm/domain-xml';
import type { Desired } from '../../desired/desired.ts';
import { domainDifferences } from '../../drift/definition.ts';
import type { ObservedDomain } from '../../observed.ts';
import { mustRun } from '../access/must-run.ts';

/** The schemas that libvirt has installed on the host, a line each: name, a space, its text in base64. */
const schemaScript = `
cd /usr/share/libvirt/schemas 2>/dev/null || exit 0
for file in *.rng; do [ ! -r "$file" ] || echo "$file $(base64 -w0 <"$file")"; done
`;

/**
 * Holds against the host's own schema what raw XML is about to define, as libvirt does when it is too late: half of an apply may
 * be done then. Nothing is found where the host has no schema.
 *
 * @returns what is wrong, by guest
 */
export async function observeSchemaProblems(
  { guests }: Desired,
  domains: readonly ObservedDomain[],
  run: RunProgram,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const byName = new Map(domains.map((domain) => [domain.name, domain]));
  const toDefine = guests.filter(({ guest, domain }) => {
    const there = byName.get(guest.name);
    return guest.xml !== undefined && (!there || domainDifferences(domain, there.definition).length > 0);
  });
  if (toDefine.length === 0) return new Map();
  const lines = (await mustRun(run, ['sh', '-c', schemaScript])).split('\n').filter(Boolean);
  const files = lines.map((line): [string, string] => {
    const space = line.indexOf(' ');
    return [line.slice(0, space), Buffer.from(line.slice(space + 1), 'base64').toString()];
  });
  if (files.length === 0) return new Map();
  try {
    const schema = compileSchema(new Map(files));
    const found = await Promise.all(
      toDefine.map(async ({ guest, domain }) => {
        const problems = schema.validate(parseXml(await buildDomain(domain)));
        return [guest.name, problems.map(({ path, message }) => `${path}: ${message}`)] as const;
      }),
    );
    return new Map(found.filter(([, problems]) => problems.length > 0));
  } catch (error) {
    // Of a libvirt whose schema is written otherwise; it judges itself.
    if (error instanceof DomainXmlError && error.code === 'bad-schema') return new Map();
    throw error;
  }
}
