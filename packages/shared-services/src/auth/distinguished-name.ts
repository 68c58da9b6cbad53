import type { AuthService } from '../declaration.ts';
import type { ClientView } from '../room.ts';

/** Where everything lies below the base. */
export const people = (base: string): string => `ou=people,${base}`;
export const groups = (base: string): string => `ou=groups,${base}`;
export const sudoers = (base: string): string => `ou=sudoers,${base}`;

/** The account a guest binds with. */
export const guestAccount = (guest: string, base: string): string => `cn=${guest},ou=guests,${base}`;

/** Where a client asks, by name: the server, and the one that has a copy. */
export const directoryUrls = ({ server, service, services }: ClientView<AuthService>): readonly string[] =>
  [server.fqdn, ...(service.replica === undefined ? [] : [`${service.replica}.${services.domain}`])].map(
    (name) => `ldap://${name}`,
  );

/** Machines that bind with an account of their own: the clients, and the one that copies the directory. */
export const accountHolders = ({ clients, replica }: AuthService): readonly string[] => [
  ...new Set([...clients.map(({ machine }) => machine), ...(replica === undefined ? [] : [replica])]),
];

/** Members of this group may log in to guests. */
export const loginGroup = (base: string): string => `cn=login,${groups(base)}`;

/** Members of this POSIX group may do everything by sudo. */
export const adminGroup = 'admins';
