import { type Domain, type DomainState, stateOf } from './domain.ts';
import type { TypedValue } from './typed-parameters.ts';

export interface InterfaceStats {
  /** The host's side: `tun65`. */
  readonly name: string;
  readonly receivedBytes: number;
  readonly receivedPackets: number;
  readonly sentBytes: number;
  readonly sentPackets: number;
}

export interface DiskStats {
  /** The disk's target: `vda`. */
  readonly name: string;
  /** The file or device, if there is one. */
  readonly path: string | undefined;
  readonly readBytes: number;
  readonly readRequests: number;
  readonly writtenBytes: number;
  readonly writeRequests: number;
  readonly capacityBytes: number;
  readonly allocationBytes: number;
}

/** What one domain uses, counted since it was started; a domain that does not run has zeros. */
export interface DomainStats {
  readonly domain: Domain;
  readonly state: DomainState;
  /** Nanoseconds of the host's processors. */
  readonly cpuTimeNs: number;
  readonly memoryKiB: number;
  readonly maximumMemoryKiB: number;
  /** What the guest's process takes of the host's memory. */
  readonly residentKiB: number;
  readonly vcpus: number;
  readonly interfaces: readonly InterfaceStats[];
  readonly disks: readonly DiskStats[];
  /** Everything libvirt told, by its names (virConnectGetAllDomainStats): `net.0.rx.drop`. */
  readonly values: ReadonlyMap<string, TypedValue>;
}

export function readStats(domain: Domain, values: ReadonlyMap<string, TypedValue>): DomainStats {
  const number = (name: string): number => Number(values.get(name) ?? 0);
  const text = (name: string): string | undefined => {
    const value = values.get(name);
    return value === undefined ? undefined : String(value);
  };
  const prefixes = (group: string): string[] =>
    Array.from({ length: Math.min(number(`${group}.count`), values.size) }, (_, index) => `${group}.${index}`);
  return {
    domain,
    state: stateOf(number('state.state')),
    cpuTimeNs: number('cpu.time'),
    memoryKiB: number('balloon.current'),
    maximumMemoryKiB: number('balloon.maximum'),
    residentKiB: number('balloon.rss'),
    vcpus: number('vcpu.current'),
    interfaces: prefixes('net').map((net) => ({
      name: text(`${net}.name`) ?? '',
      receivedBytes: number(`${net}.rx.bytes`),
      receivedPackets: number(`${net}.rx.pkts`),
      sentBytes: number(`${net}.tx.bytes`),
      sentPackets: number(`${net}.tx.pkts`),
    })),
    disks: prefixes('block').map((block) => ({
      name: text(`${block}.name`) ?? '',
      path: text(`${block}.path`),
      readBytes: number(`${block}.rd.bytes`),
      readRequests: number(`${block}.rd.reqs`),
      writtenBytes: number(`${block}.wr.bytes`),
      writeRequests: number(`${block}.wr.reqs`),
      capacityBytes: number(`${block}.capacity`),
      allocationBytes: number(`${block}.allocation`),
    })),
    values,
  };
}
