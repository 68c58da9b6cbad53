import { LibvirtError } from '@kvm/libvirt';
import type { Reading } from '../index.ts';
import { DomainSource, type Libvirtd } from './domain-source.ts';
import { loadHost } from './load-host.ts';

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
    const { host, mapperNames } = this.#local ? loadHost() : {};
    const clock = performance.now();
    const reading = { time: Date.now(), clock, ...(host && { host }), problems };
    try {
      return { ...reading, domains: await this.#domains.read(mapperNames ?? new Map()) };
    } catch (error) {
      if (!(error instanceof LibvirtError)) throw error;
      problems.push(`no libvirt: ${error.message}`);
      return reading;
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#domains[Symbol.asyncDispose]();
  }
}
