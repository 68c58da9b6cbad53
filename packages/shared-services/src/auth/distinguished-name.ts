import type { AuthService } from '../declaration.ts';
import type { ClientView } from '../room.ts';

/** Where everything lies below the base. */
export const people = (base: string): string => `ou=people,${base}`;
export const groups = (base: string): string => `ou=groups,${base}`;
export const sudoers = (base: string): string => `ou=sudoers,${base}`;

/** What holds for people's passwords, and for those of machines. */
export const peoplePolicy = (base: string): string => `cn=default,ou=policies,${base}`;
export const machinePolicy = (base: string): string => `cn=machines,ou=policies,${base}`;

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

/**
 * Who may log in, by whatever means: members of that group whom nobody has locked for good. This value of slapo-ppolicy(5) is
 * what an administrator writes; the time of too many wrong passwords is another, and only keeps out who comes by password:
 * else anybody who reaches the directory could keep people out who come by key.
 */
export const loginFilter = (base: string): string =>
  `(memberOf=${loginGroup(base)})(!(pwdAccountLockedTime=000001010000Z))`;

/** Members of this POSIX group may do everything by sudo. */
export const adminGroup = 'admins';
