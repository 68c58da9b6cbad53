import type { DomainElement, ParsedXml } from '@kvm/domain-xml';
import { CliError } from '../output/cli-error.ts';
import type { Session } from '../session.ts';
import { inputName, locatedError, readWhole } from './read-input.ts';

/** More bytes than the 8 Mi characters that are parsed can have. */
const mostBytes = 32 * 1024 * 1024;

/**
 * Reads an XML file, `-` for standard input.
 *
 * @throws CliError when it cannot be read, or with the place where it is not well-formed
 */
export async function readXml(session: Session, file: string): Promise<ParsedXml> {
  const text = await readText(session, file);
  const { parseXml } = await import('@kvm/domain-xml');
  return located(file, () => parseXml(text));
}

/** As {@link readXml}, for a domain as data. */
export async function readDomain(session: Session, file: string): Promise<DomainElement> {
  const document = await readXml(session, file);
  const { domainData } = await import('@kvm/domain-xml');
  return located(file, () => domainData(document));
}

/** Does something with a file's XML. @throws CliError in place of a DomainXmlError, with the file's name */
export async function located<Result>(file: string, parse: () => Result): Promise<Result> {
  const { DomainXmlError } = await import('@kvm/domain-xml');
  try {
    return parse();
  } catch (error) {
    throw error instanceof DomainXmlError ? locatedError(file, error) : error;
  }
}

async function readText(session: Session, file: string): Promise<string> {
  const bytes = await readWhole(session, file, { mostBytes, kind: "a domain's XML" });
  try {
    // A byte order mark is kept: a change of something else must not take it away.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new CliError('bad-input', `${inputName(file)} is not UTF-8 text. Save it as UTF-8.`, { cause });
  }
}
