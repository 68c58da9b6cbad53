import { realpathSync } from 'node:fs';
import { basename } from 'node:path';
import { type Connection, type DiskStats, type Domain, type DomainStats, LibvirtError, unlessGone } from '@kvm/libvirt';
import type { DomainDisk, DomainReading } from '../index.ts';

/** The libvirtd that is read. */
export interface Libvirtd {
  open(): Promise<Connection>;
  /** Whether it is this machine's, so that its guests use this machine's disks. */
  readonly local: boolean;
  /** Finds a guest's VMID in its domain XML. Without it, only a roster's guests have one. */
  readonly vmidOf?: (xml: string) => number | undefined;
}

/** The domains of a libvirtd, which may be away for a while. */
export class DomainSource implements AsyncDisposable {
  readonly #libvirtd: Libvirtd;
  #connection: Connection | undefined;
  /** By UUID, so that a domain's definition is asked for once. */
  #vmids = new Map<string, number | null>();

  constructor(libvirtd: Libvirtd) {
    this.#libvirtd = libvirtd;
  }

  /**
   * Reads all domains, connecting first where there is no connection.
   *
   * @param mapperNames device-mapper's names of this machine, by `dm-N`
   * @throws LibvirtError; the next call tries again, over a new connection unless libvirtd itself reported the error
   */
  async read(mapperNames: ReadonlyMap<string, string>): Promise<DomainReading[]> {
    try {
      this.#connection ??= await this.#libvirtd.open();
      const running = await readRunning(this.#connection);
      const counted = new Set(running.map(({ domain }) => domain.uuid));
      // Of those that are stopped no statistics: libvirtd would read their disks for them.
      const others = (await this.#connection.listDomains()).filter(({ uuid }) => !counted.has(uuid));
      await this.#readVmids([...running.map(({ domain }) => domain), ...others]);
      return [
        ...running.map((stats) => this.#running(stats, mapperNames)),
        ...others.map((domain) => this.#stopped(domain)),
      ];
    } catch (error) {
      if (!isAnswer(error)) await this[Symbol.asyncDispose]();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection?.close();
    this.#connection = undefined;
  }

  async #readVmids(domains: readonly Domain[]): Promise<void> {
    const vmids = domains.map(async (domain) => [domain.uuid, await this.#vmid(domain)] as const);
    this.#vmids = new Map(await Promise.all(vmids));
  }

  async #vmid(domain: Domain): Promise<number | null> {
    const { vmidOf } = this.#libvirtd;
    const earlier = this.#vmids.get(domain.uuid);
    if (earlier !== undefined || vmidOf === undefined) return earlier ?? null;
    const xml = await unlessGone(domain.xml());
    return xml === undefined ? null : (vmidOf(xml) ?? null);
  }

  #stopped({ name, uuid }: Domain): DomainReading {
    const nothing = { cpuTimeNs: 0, vcpus: 0, memoryBytes: 0, residentBytes: 0, interfaces: [], disks: [] };
    return { name, uuid, vmid: this.#vmids.get(uuid) ?? null, state: 'shutoff', ...nothing };
  }

  #running(stats: DomainStats, mapperNames: ReadonlyMap<string, string>): DomainReading {
    const { domain, state, cpuTimeNs, vcpus, interfaces } = stats;
    return {
      name: domain.name,
      uuid: domain.uuid,
      vmid: this.#vmids.get(domain.uuid) ?? null,
      state,
      cpuTimeNs,
      vcpus,
      memoryBytes: stats.memoryKiB * 1024,
      residentBytes: stats.residentKiB * 1024,
      interfaces,
      disks: stats.disks.map((disk, index) => this.#disk(disk, nanosecondsOf(stats, index), mapperNames)),
    };
  }

  #disk(
    { name, path, readBytes, readRequests, writtenBytes, writeRequests }: DiskStats,
    times: Pick<DomainDisk, 'readNs' | 'writeNs' | 'flushNs'>,
    mapperNames: ReadonlyMap<string, string>,
  ): DomainDisk {
    const device = this.#libvirtd.local && path !== undefined ? deviceName(path, mapperNames) : undefined;
    return {
      target: name,
      ...(path !== undefined && { path }),
      ...(device !== undefined && { device }),
      ...{ readBytes, readRequests, writtenBytes, writeRequests, ...times },
    };
  }
}

/** An error that libvirtd itself reports: it is there, and so is the connection to it. */
const isAnswer = (error: unknown): boolean => error instanceof LibvirtError && error.number !== undefined;

/** A guest that is just stopping makes libvirtd refuse to tell of all; then each is asked about by itself. */
async function readRunning(connection: Connection): Promise<DomainStats[]> {
  try {
    return await connection.stats({ active: true, nowait: true });
  } catch (error) {
    if (!isAnswer(error)) throw error;
  }
  const domains = await connection.listDomains({ active: true });
  const each = await Promise.all(
    domains.map((domain) =>
      connection.stats({ domains: [domain], nowait: true }).catch((error) => {
        if (isAnswer(error)) return [];
        throw error;
      }),
    ),
  );
  return each.flat();
}

/** `block.<n>.rd.times` and its like (virConnectGetAllDomainStats). */
function nanosecondsOf({ values }: DomainStats, index: number): Pick<DomainDisk, 'readNs' | 'writeNs' | 'flushNs'> {
  const number = (name: string): number => Number(values.get(`block.${index}.${name}.times`) ?? 0);
  return { readNs: number('rd'), writeNs: number('wr'), flushNs: number('fl') };
}

/** The kernel's name of a block device, device-mapper's where it has one; only below /dev, which never hangs. */
function deviceName(path: string, mapperNames: ReadonlyMap<string, string>): string | undefined {
  if (!path.startsWith('/dev/')) return undefined;
  try {
    const name = basename(realpathSync(path));
    return mapperNames.get(name) ?? name;
  } catch {
    return undefined;
  }
}
