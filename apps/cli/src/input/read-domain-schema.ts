import type { DomainSchema } from '@kvm/domain-xml';
import { CliError, systemReason } from '../output/cli-error.ts';

/**
 * The schema of this machine's libvirt.
 *
 * @throws CliError when there is none
 */
export async function readDomainSchema(): Promise<DomainSchema> {
  const [{ compileSchema }, { readSchemaFiles }] = await Promise.all([
    import('@kvm/domain-xml'),
    import('@kvm/domain-xml/schema'),
  ]);
  try {
    return compileSchema(await readSchemaFiles());
  } catch (cause) {
    const message = `libvirt's schema cannot be read: ${systemReason(cause)}. Install libvirt (Debian's package libvirt0).`;
    throw new CliError('unreadable-file', message, { cause });
  }
}
