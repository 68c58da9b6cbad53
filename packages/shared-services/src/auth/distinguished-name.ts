/** Where everything lies below the base. */
export const people = (base: string): string => `ou=people,${base}`;
export const groups = (base: string): string => `ou=groups,${base}`;
export const sudoers = (base: string): string => `ou=sudoers,${base}`;

/** The account a guest binds with. */
export const guestAccount = (guest: string, base: string): string => `cn=${guest},ou=guests,${base}`;

/** Members of this group may log in to guests. */
export const loginGroup = (base: string): string => `cn=login,${groups(base)}`;

/** Members of this POSIX group may do everything by sudo. */
export const adminGroup = 'admins';
