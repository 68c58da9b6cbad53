import type { Caller, CallOptions } from './caller.ts';
import {
  networkGetXmlDesc,
  networkIsActive,
  type RemoteObject,
  type RemoteVolume,
  storagePoolGetInfo,
  storagePoolGetXmlDesc,
  storagePoolListAllVolumes,
  storageVolGetInfo,
  storageVolGetPath,
} from './procedures/host.ts';

/** virStoragePoolState. */
const poolStates = ['inactive', 'building', 'running', 'degraded', 'inaccessible'] as const;

export interface StoragePoolInfo {
  readonly state: (typeof poolStates)[number] | 'unknown';
  /** Bytes. */
  readonly capacity: number;
  readonly allocation: number;
  readonly available: number;
}

export interface StoragePool {
  readonly name: string;
  readonly uuid: string;
  info(options?: CallOptions): Promise<StoragePoolInfo>;
  xml(options?: CallOptions): Promise<string>;
  /** @throws LibvirtError VIR_ERR_OPERATION_INVALID when the pool is not active */
  volumes(options?: CallOptions): Promise<StorageVolume[]>;
}

/** virStorageVolType. */
const volumeTypes = ['file', 'block', 'dir', 'network', 'netdir', 'ploop'] as const;

export interface StorageVolumeInfo {
  readonly type: (typeof volumeTypes)[number] | 'unknown';
  /** Bytes that the guest sees. */
  readonly capacity: number;
  /** Bytes taken on the host. */
  readonly allocation: number;
}

export interface StorageVolume {
  readonly name: string;
  readonly key: string;
  path(options?: CallOptions): Promise<string>;
  info(options?: CallOptions): Promise<StorageVolumeInfo>;
}

/** A network of libvirt's own. */
export interface VirtualNetwork {
  readonly name: string;
  readonly uuid: string;
  active(options?: CallOptions): Promise<boolean>;
  xml(options?: CallOptions): Promise<string>;
}

export function storagePoolOf(client: Caller, remote: RemoteObject): StoragePool {
  const subject = remote.name;
  return {
    ...remote,
    info: async (options) => {
      const { state, capacity, allocation, available } = await client.call(storagePoolGetInfo, remote, {
        ...options,
        subject,
      });
      return {
        state: poolStates[state] ?? 'unknown',
        capacity: Number(capacity),
        allocation: Number(allocation),
        available: Number(available),
      };
    },
    xml: (options) => client.call(storagePoolGetXmlDesc, remote, { ...options, subject }),
    volumes: async (options) => {
      const volumes = await client.call(storagePoolListAllVolumes, remote, { ...options, subject });
      return volumes.map((volume) => storageVolumeOf(client, volume));
    },
  };
}

function storageVolumeOf(client: Caller, remote: RemoteVolume): StorageVolume {
  const subject = remote.name;
  return {
    name: remote.name,
    key: remote.key,
    path: (options) => client.call(storageVolGetPath, remote, { ...options, subject }),
    info: async (options) => {
      const { type, capacity, allocation } = await client.call(storageVolGetInfo, remote, { ...options, subject });
      return {
        type: volumeTypes[type] ?? 'unknown',
        capacity: Number(capacity),
        allocation: Number(allocation),
      };
    },
  };
}

export function networkOf(client: Caller, remote: RemoteObject): VirtualNetwork {
  const subject = remote.name;
  return {
    ...remote,
    active: (options) => client.call(networkIsActive, remote, { ...options, subject }),
    xml: (options) => client.call(networkGetXmlDesc, remote, { ...options, subject }),
  };
}
