/** Values for what the file does not say. */
export const BUILT_IN = {
  domain: 'home.arpa',
  uplink: 'eth0',
  vg: 'vg',
  kernel: '/boot/kvm.current/vmlinuz',
  emulator: '/usr/bin/kvm',
  firewall: 'nft',
  ranges: { ipv4: '172.16.0.0/12', prefix: 24 },
  guest: {
    memory: '512 MiB',
    vcpus: 1,
    disks: { root: '8 GiB', var: '4 GiB', swap: '512 MiB' },
    cmdline: 'root=/dev/vda',
    autostart: true,
    state: 'running',
  },
  system: 'debian',
  disk: { type: 'linear', over: 2, pool: 'pool' },
  shared: {
    firstId: 20_000,
    keepDays: 90,
    exports: { home: { path: '/srv/nfs/home', mount: '/nfs/home' } },
    exportSize: '8 GiB',
    timeUpstreams: ['2.debian.pool.ntp.org'],
  },
  autostart: { order: 50, delay: '0 s' },
} as const;
