import { ServicesError } from './errors.ts';
import { type ServiceFile, secretSlot } from './machine-setup.ts';

/** Every slot in a text. What a secret says is never looked through for slots. */
const slot = new RegExp(secretSlot('([^@]+)'), 'g');

/**
 * A file with its secrets in place of their slots.
 *
 * @param lookup gives a secret by its name, undefined for one that is not there
 * @throws ServicesError `missing-secret`
 */
export function fillSecrets(file: ServiceFile, lookup: (name: string) => string | undefined): ServiceFile {
  const { secrets, ...rest } = file;
  if (secrets === undefined) return rest;
  const content = rest.content.replace(slot, (whole, name: string) => {
    if (!secrets.includes(name)) return whole;
    const secret = lookup(name);
    if (secret === undefined)
      throw new ServicesError(
        'missing-secret',
        `${file.path} needs the secret ${name}, which has not been made yet: kvmctl services render or apply makes it.`,
      );
    return secret;
  });
  return { ...rest, content, withSlots: rest.content };
}
