import type { Machine, SharedServices } from './declaration.ts';

/** A machine as others call it. */
export interface Party extends Machine {
  /** `common.home.arpa` */
  readonly fqdn: string;
}

/** A declaration whose machines are found by name. */
export interface Room {
  readonly services: SharedServices;
  party(name: string): Party;
}

export function openRoom(services: SharedServices): Room {
  const parties = new Map(
    services.machines.map((machine) => [machine.name, { ...machine, fqdn: `${machine.name}.${services.domain}` }]),
  );
  return {
    services,
    party(name) {
      const party = parties.get(name);
      if (party === undefined) throw new Error(`no machine ${name}`);
      return party;
    },
  };
}

/** A service as one client sees it. */
export interface ClientView<Service> {
  readonly client: Party;
  readonly server: Party;
  readonly service: Service;
  readonly services: SharedServices;
}

/** A service as its server sees it. */
export interface ServerView<Service extends { readonly clients: readonly { readonly machine: string }[] }> {
  readonly server: Party;
  readonly service: Service;
  readonly services: SharedServices;
  /** The clients with how each takes the service, in the declaration's order. */
  readonly clients: readonly (Party & Omit<Service['clients'][number], 'machine'>)[];
  readonly party: Room['party'];
}
