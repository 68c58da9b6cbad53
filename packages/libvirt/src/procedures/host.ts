import { nothing, oneString, procedure, writeOptionalString, writeString } from '../procedure.ts';
import { type RemoteDomain, readDomain, readUuid, remoteDomainSize, writeDomain, writeUuid } from '../structures.ts';
import { readParameters } from '../typed-parameters.ts';
import type { XdrReader, XdrWriter } from '../xdr.ts';

/** `remote_nonnull_storage_pool` and `remote_nonnull_network`. */
export interface RemoteObject {
  readonly name: string;
  readonly uuid: string;
}

/** `remote_nonnull_storage_vol`; the key is unique, and often the path. */
export interface RemoteVolume {
  readonly pool: string;
  readonly name: string;
  readonly key: string;
}

const objectSize = 4 + 16;
const volumeSize = 3 * 4;
/** REMOTE_STORAGE_POOL_LIST_MAX, REMOTE_STORAGE_VOL_LIST_MAX, REMOTE_NETWORK_LIST_MAX, REMOTE_DOMAIN_LIST_MAX. */
const listMax = 16_384;
/** REMOTE_CONNECT_GET_ALL_DOMAIN_STATS_MAX, the parameters of one domain. */
const statsMax = 262_144;

const readObject = (input: XdrReader): RemoteObject => ({ name: oneString(input), uuid: readUuid(input) });
const writeObject = (out: XdrWriter, { name, uuid }: RemoteObject): void => {
  writeString(out, name);
  writeUuid(out, uuid);
};
const writeFlaggedObject = (out: XdrWriter, object: RemoteObject): void => {
  writeObject(out, object);
  out.uint(0);
};
const writeVolume = (out: XdrWriter, { pool, name, key }: RemoteVolume): void => {
  writeString(out, pool);
  writeString(out, name);
  writeString(out, key);
};
const writeAll = (out: XdrWriter): void => {
  out.int(1);
  out.uint(0);
};
const readObjects = (input: XdrReader): RemoteObject[] => {
  const objects = input.array({ maximum: listMax, itemSize: objectSize }, () => readObject(input));
  input.uint();
  return objects;
};

interface StatsRequest {
  /** Empty for all. */
  readonly domains: readonly RemoteDomain[];
  readonly stats: number;
  readonly flags: number;
}

/** Numbers are `enum remote_procedure` of libvirt 9.0's src/remote/remote_protocol.x; they never change once given. */
export const connectGetAllDomainStats = procedure(
  344,
  'ConnectGetAllDomainStats',
  (out, { domains, stats, flags }: StatsRequest) => {
    out.uint(domains.length);
    for (const domain of domains) writeDomain(out, domain);
    out.uint(stats);
    out.uint(flags);
  },
  (input) =>
    input.array({ maximum: listMax, itemSize: remoteDomainSize + 4 }, () => ({
      domain: readDomain(input),
      parameters: readParameters(input, statsMax),
    })),
);
/** `char model[32]`: XDR gives each character four bytes. */
const modelLength = 32;
export const nodeGetInfo = procedure(6, 'NodeGetInfo', nothing, (input) => ({
  model: String.fromCharCode(...Array.from({ length: modelLength }, () => input.int() & 0xff)).replace(/\0.*/s, ''),
  memoryKiB: Number(input.ulong()),
  cpus: input.int(),
  mhz: input.int(),
  numaNodes: input.int(),
  socketsPerNode: input.int(),
  coresPerSocket: input.int(),
  threadsPerCore: input.int(),
}));
export const connectGetHostname = procedure(59, 'ConnectGetHostname', nothing, oneString);
export const connectGetCapabilities = procedure(7, 'ConnectGetCapabilities', nothing, oneString);

/** Which emulator is asked about; what is left out is libvirt's choice. */
export interface EmulatorChoice {
  /** The program: `/usr/bin/qemu-system-x86_64`. */
  readonly emulator?: string;
  readonly arch?: string;
  /** `q35` */
  readonly machine?: string;
  /** The domain's type: `kvm`, `qemu`. */
  readonly type?: string;
}

export const connectGetDomainCapabilities = procedure(
  342,
  'ConnectGetDomainCapabilities',
  (out, { emulator, arch, machine, type }: EmulatorChoice) => {
    for (const text of [emulator, arch, machine, type]) writeOptionalString(out, text);
    out.uint(0);
  },
  oneString,
);

export const connectListAllStoragePools = procedure(281, 'ConnectListAllStoragePools', writeAll, readObjects);
export const storagePoolGetInfo = procedure(87, 'StoragePoolGetInfo', writeObject, (input) => ({
  state: input.uint(),
  capacity: input.ulong(),
  allocation: input.ulong(),
  available: input.ulong(),
}));
export const storagePoolGetXmlDesc = procedure(88, 'StoragePoolGetXMLDesc', writeFlaggedObject, oneString);
export const storagePoolListAllVolumes = procedure(
  282,
  'StoragePoolListAllVolumes',
  (out, pool: RemoteObject) => {
    writeObject(out, pool);
    writeAll(out);
  },
  (input) => {
    const volumes = input.array({ maximum: listMax, itemSize: volumeSize }, () => ({
      pool: oneString(input),
      name: oneString(input),
      key: oneString(input),
    }));
    input.uint();
    return volumes;
  },
);
export const storageVolGetInfo = procedure(98, 'StorageVolGetInfo', writeVolume, (input) => ({
  type: input.int(),
  capacity: input.ulong(),
  allocation: input.ulong(),
}));
export const storageVolGetPath = procedure(100, 'StorageVolGetPath', writeVolume, oneString);

export const connectListAllNetworks = procedure(283, 'ConnectListAllNetworks', writeAll, readObjects);
export const networkIsActive = procedure(152, 'NetworkIsActive', writeObject, (input) => input.int() !== 0);
export const networkGetXmlDesc = procedure(43, 'NetworkGetXMLDesc', writeFlaggedObject, oneString);
