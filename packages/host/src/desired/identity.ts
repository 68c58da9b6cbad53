import { v5 } from 'uuid';

/** The root of our name-based UUIDs (RFC 9562, version 5); any fixed UUID would do, this one was drawn once. */
const namespace = '9b2f6a34-5d0c-4e57-8a61-6f2f0c9d4b65';

/**
 * A guest's UUID: the one that the inventory writes, else one made of the names of host and guest, so that rendering twice
 * gives the same bytes.
 */
export const guestUuid = (
  host: { readonly name: string },
  guest: { readonly name: string; readonly uuid?: string },
): string => guest.uuid ?? v5(guest.name, v5(host.name, namespace));
