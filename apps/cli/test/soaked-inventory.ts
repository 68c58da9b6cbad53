/** A disk of a guest as the inventory has it. */
export type DiskModel = string | { size?: string; type?: string; over?: number; on?: string; from?: string };

/** A guest as the inventory has it, and what its raw XML has. */
export interface GuestModel {
  vmid: number;
  memory?: string;
  vcpus?: number;
  cmdline?: string;
  state?: 'running' | 'stopped';
  autostart?: boolean | { order?: number; delay?: string };
  system?: string;
  uuid?: string;
  template?: 'none';
  disks?: Record<string, DiskModel>;
  /** Raw XML in `<devices>`. */
  devices: string[];
  /** Raw XML beside `<devices>`. */
  extra: string[];
}

export interface PolicyRow {
  from: string;
  to: string;
  service: string | string[];
  action?: string;
  log?: boolean;
  limit?: string;
  expires?: string;
  comment?: string;
}

/** An inventory as data, which a generator can change. */
export interface InventoryModel {
  comment: string;
  domain?: string;
  host: Record<string, string>;
  ranges: Record<string, string | number>;
  networks: Record<string, string | string[]>;
  machines: Record<string, string | string[]>;
  defaults: { memory: string; cmdline?: string; vcpus?: number; disks: Record<string, DiskModel> };
  guests: Record<string, GuestModel>;
  groups: Record<string, string[]>;
  services: Record<string, string | string[]>;
  /** Left out, with what needs it, of a file that has no policy. */
  hasNoPolicy?: true;
  policy: PolicyRow[];
  nat: { masquerade?: boolean; forwards: { from: string; service: string; guest: string; port: number }[] };
  shared?: object;
}

/** Guests that run, by a system that the lab has put on their first disks. */
export const runners = { public: 65, db: 61, mail: 70, web: 71 } as const;
const stopped = Object.fromEntries(
  ['common', ...Array.from({ length: 25 }, (_, index) => `g${String(index + 1).padStart(2, '0')}`)].map(
    (name, index) => [name, index === 0 ? 60 : index],
  ),
);

const guest = (vmid: number, more: Partial<GuestModel> = {}): GuestModel => ({ vmid, devices: [], extra: [], ...more });

/** 30 guests, four of which run. */
export const firstInventory = (): InventoryModel => ({
  comment: '',
  host: {
    ...{ name: 'soaked', address: '192.168.100.1/24', initrd: '/boot/kvm-lab-initrd.img' },
    ...{ kernel: '/boot/linked/vmlinuz', current: '/boot/first' },
  },
  ranges: {},
  networks: { office: '10.1.0.0/16' },
  machines: { hoge: '192.168.100.2' },
  defaults: { memory: '128 MiB', disks: { root: '8 MiB', var: 'none', swap: 'none' } },
  guests: Object.fromEntries([
    ...Object.entries(runners).map(([name, vmid]) => [name, guest(vmid, { disks: { root: '24 MiB', var: '8 MiB' } })]),
    ...Object.entries(stopped).map(([name, vmid]) => [name, guest(vmid, { state: 'stopped' })]),
  ]),
  groups: { 'web-tier': ['public', 'web'], rest: ['g01', 'g02'] },
  services: { backup: 'tcp/9101' },
  policy: [
    { from: 'lan', to: 'guests', service: ['ssh', 'icmp/echo-request'] },
    { from: 'public', to: 'db', service: 'postgresql' },
    { from: 'web-tier', to: 'rest', service: 'backup' },
  ],
  nat: { forwards: [] },
});

/** The lab's kernel waits for commands at a port of a guest. */
const channel = (name: string): string =>
  `<channel type='unix'><source mode='bind' path='/run/kvm-lab/${name}.sock'/><target type='virtio' name='kvm.lab.agent'/></channel>`;

function xmlOf(name: string, { devices, extra }: GuestModel): string {
  const own = name in runners ? [channel(name)] : [];
  return `<domain type='qemu'>${extra.join('')}<devices>${[...own, ...devices].join('')}</devices></domain>`;
}

/** The file: JSON is YAML. */
export function textOf({ comment, guests, hasNoPolicy, policy, nat, ...rest }: InventoryModel): string {
  const written = Object.fromEntries(
    Object.entries(guests).map(([name, { devices, extra, ...keys }]) => [
      name,
      { ...keys, xml: xmlOf(name, { ...keys, devices, extra }) },
    ]),
  );
  const keys = Object.entries({ ...rest, guests: written, ...(!hasNoPolicy && { policy, nat }) });
  return [comment, ...keys.map(([key, value]) => `${key}: ${JSON.stringify(value)}`)].join('\n');
}
