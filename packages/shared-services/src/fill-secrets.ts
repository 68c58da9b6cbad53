import { ServicesError } from './errors.ts';
import { type ServiceFile, secretSlot } from './machine-setup.ts';

/**
 * A file with its secrets in place of their slots.
 *
 * @param lookup gives a secret by its name, undefined for one that is not there
 * @throws ServicesError `missing-secret`
 */
export function fillSecrets(file: ServiceFile, lookup: (name: string) => string | undefined): ServiceFile {
  const { secrets, ...rest } = file;
  if (secrets === undefined) return rest;
  let { content } = rest;
  for (const name of secrets) {
    const secret = lookup(name);
    if (secret === undefined)
      throw new ServicesError('missing-secret', `${file.path} needs the secret ${name}, which has not been made yet.`);
    content = content.replaceAll(secretSlot(name), () => secret);
  }
  return { ...rest, content };
}
