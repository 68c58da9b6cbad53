import { type Connection, LibvirtError } from '@kvm/libvirt';
import { DomainSource } from './domain-source.ts';
import { readHost } from './read-host.ts';
import type { Reading } from './reading.ts';

/** The libvirtd that is read. */
export interface Libvirtd {
  open(): Promise<Connection>;
  /** Whether it is this machine's, so that its guests use this machine's disks. */
  readonly local: boolean;
}

/** Takes readings of a host and its guests. What cannot be read is left out, and said. */
export class Reader implements AsyncDisposable {
  readonly #local: boolean;
  readonly #notes: readonly string[];
  readonly #domains: DomainSource;

  /** @param notes stand among the problems of every reading */
  constructor({ open, local }: Libvirtd, notes: readonly string[]) {
    this.#local = local;
    this.#notes = notes;
    this.#domains = new DomainSource(open, local);
  }

  async read(): Promise<Reading> {
    const problems = [...this.#notes];
    const { host, mapperNames } = this.#local ? readHost() : {};
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
