import type { Implementation, ServiceName, SharedServices, System } from '../src/index.ts';

/** The program of each service. */
export type Programs = { readonly [Name in ServiceName]: Implementation<Name> };

export const firstOfEach: Programs = {
  auth: 'sssd',
  logs: 'syslog-ng',
  files: 'autofs',
  mail: 'msmtp',
  dns: 'resolv.conf',
  time: 'chrony',
};

/** A room for tests: a common server, and guests that use the same programs. */
export function room(programs: Programs, guests: readonly string[] = ['web', 'db']): SharedServices {
  const addresses: Partial<Record<string, string>> = { web: '172.16.65.1', db: '172.16.61.1' };
  const parties = <Name extends ServiceName>(name: Name) => ({
    server: 'common',
    clients: guests.map((machine) => ({ machine, implementation: programs[name] })),
  });
  return {
    domain: 'home.arpa',
    machines: [
      { name: 'common', addresses: ['172.16.60.1'] },
      ...guests.map((name, index) => ({
        name,
        addresses: [addresses[name] ?? `172.${17 + (index >> 8)}.${index & 255}.1`],
      })),
    ],
    auth: { ...parties('auth'), base: 'dc=home,dc=arpa', firstId: 20_000 },
    logs: { ...parties('logs'), keepDays: 90 },
    files: {
      ...parties('files'),
      exports: [{ name: 'home', path: '/srv/nfs/home', disk: 'nfs-home', mount: '/nfs/home', readOnly: false }],
    },
    mail: { ...parties('mail'), aliases: [], relay: [] },
    dns: { ...parties('dns'), upstreams: [] },
    time: { ...parties('time'), upstreams: [], hostClock: false },
  };
}

/** A room in which a machine runs another system. */
export const onSystem = (services: SharedServices, name: string, system: System): SharedServices => ({
  ...services,
  machines: services.machines.map((machine) => (machine.name === name ? { ...machine, system } : machine)),
});
