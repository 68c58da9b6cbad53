import { setTimeout as sleep } from 'node:timers/promises';
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

/** Milliseconds before each time that a guest is asked about again whose disks libvirt could not tell of. */
const delays = [10, 30, 50];

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
   * Reads all domains, connecting first where there is no connection, and anew where it has been lost since. What is counted
   * comes last, so that it is of the moment at which this resolves.
   *
   * @throws LibvirtError; the next call tries again, over a new connection unless libvirtd itself reported the error
   */
  async read(): Promise<DomainReading[]> {
    const isOld = this.#connection !== undefined;
    try {
      return await this.#read();
    } catch (error) {
      // A libvirtd that was restarted since the last reading may be back by now.
      if (!isOld || !(error instanceof LibvirtError && losses.has(error.code))) throw error;
      return await this.#read();
    }
  }

  async #read(): Promise<DomainReading[]> {
    try {
      this.#connection ??= await this.#libvirtd.open();
      const domains = await this.#connection.listDomains();
      await this.#readVmids(domains);
      const running = await readRunning(this.#connection);
      const counted = new Set(running.map(({ domain }) => domain.uuid));
      // Of those that are stopped no statistics: libvirtd would read their disks for them.
      const others = domains.filter(({ uuid }) => !counted.has(uuid));
      return [...running.map((stats) => this.#running(stats)), ...others.map((domain) => this.#stopped(domain))];
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

  #running(stats: DomainStats): DomainReading {
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
      disks: stats.disks.map((disk, index) => diskReading(disk, index, stats)),
    };
  }
}

/** How a connection ends whose libvirtd was stopped, or that ssh was cut off from. */
const losses: ReadonlySet<string> = new Set(['CLOSED', 'CONNECT_FAILED', 'UNRESPONSIVE']);

/** An error that libvirtd itself reports: it is there, and so is the connection to it. */
const isAnswer = (error: unknown): boolean => error instanceof LibvirtError && error.number !== undefined;

/** All that run. One that something else is being done to is asked about again, as that is mostly over at once. */
async function readRunning(connection: Connection): Promise<DomainStats[]> {
  let running = await readStats(connection);
  for (const delay of delays) {
    const untold = running.filter(isUntold).map(({ domain }) => domain);
    if (untold.length === 0) break;
    await sleep(delay);
    const told = new Map((await readEach(connection, untold)).map((stats) => [stats.domain.uuid, stats]));
    running = running.map((stats) => told.get(stats.domain.uuid) ?? stats);
  }
  return running;
}

/** A guest that is just stopping makes libvirtd refuse to tell of all; then each is asked about by itself. */
async function readStats(connection: Connection): Promise<DomainStats[]> {
  try {
    return await connection.stats({ active: true, nowait: true });
  } catch (error) {
    if (!isAnswer(error)) throw error;
  }
  return readEach(connection, await connection.listDomains({ active: true }));
}

async function readEach(connection: Connection, domains: readonly Domain[]): Promise<DomainStats[]> {
  const each = domains.map((domain) =>
    connection.stats({ domains: [domain], nowait: true }).catch((error) => {
      if (isAnswer(error)) return [];
      throw error;
    }),
  );
  return (await Promise.all(each)).flat();
}

const isCounted = ({ values }: DomainStats, index: number): boolean => values.has(`block.${index}.rd.bytes`);

/** Whether a disk has a medium of which nothing is told: libvirt does not wait for what else is being done to its guest. */
const isUncounted = (stats: DomainStats, index: number): boolean =>
  stats.disks[index]?.path !== undefined && !isCounted(stats, index);

/** Whether nothing is told of any disk. */
const isUntold = (stats: DomainStats): boolean =>
  stats.disks.some((_, index) => isUncounted(stats, index)) && !stats.disks.some((_, index) => isCounted(stats, index));

function diskReading(disk: DiskStats, index: number, stats: DomainStats): DomainDisk {
  const { name, path, readBytes, readRequests, writtenBytes, writeRequests } = disk;
  return {
    target: name,
    ...(path !== undefined && { path }),
    ...(isUncounted(stats, index) && { uncounted: true }),
    ...{ readBytes, readRequests, writtenBytes, writeRequests, ...nanosecondsOf(stats, index) },
  };
}

/** `block.<n>.rd.times` and its like (virConnectGetAllDomainStats). */
function nanosecondsOf({ values }: DomainStats, index: number): Pick<DomainDisk, 'readNs' | 'writeNs' | 'flushNs'> {
  const number = (name: string): number => Number(values.get(`block.${index}.${name}.times`) ?? 0);
  return { readNs: number('rd'), writeNs: number('wr'), flushNs: number('fl') };
}
