import { LibvirtError } from '@kvm/libvirt';
import type { DomainReading, Reading } from '../index.ts';
import { DomainSource, type Libvirtd } from './domain-source.ts';
import { loadHost } from './load-host.ts';
import { nameDevices } from './name-devices.ts';

/** Takes readings of a host and its guests. What cannot be read is left out, and said. */
export class Reader implements AsyncDisposable {
  readonly #local: boolean;
  readonly #notes: readonly string[];
  readonly #domains: DomainSource;

  /** @param notes stand among the problems of every reading */
  constructor(libvirtd: Libvirtd, notes: readonly string[] = []) {
    this.#local = libvirtd.local;
    this.#notes = notes;
    this.#domains = new DomainSource(libvirtd);
  }

  async read(): Promise<Reading> {
    const problems = [...this.#notes];
    const domains = await this.#readDomains(problems);
    // Only now: the counters of a libvirtd that took its time are of this moment, too.
    const moment = { time: Date.now(), clock: performance.now() };
    if (!this.#local) return { ...moment, ...(domains && { domains }), problems };
    const { host, mapperNames } = loadHost();
    return { ...moment, host, ...(domains && { domains: nameDevices(domains, mapperNames) }), problems };
  }

  async #readDomains(problems: string[]): Promise<readonly DomainReading[] | undefined> {
    try {
      return await this.#domains.read();
    } catch (error) {
      if (!(error instanceof LibvirtError)) throw error;
      problems.push(`no libvirt: ${error.message}`);
      return undefined;
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#domains[Symbol.asyncDispose]();
  }
}
