import { v5 } from 'uuid';

/** The root of our name-based UUIDs (RFC 9562, version 5); any fixed UUID would do, this one was drawn once. */
const namespace = '9b2f6a34-5d0c-4e57-8a61-6f2f0c9d4b65';

/** A guest's UUID: the same for the same names, so that rendering twice gives the same bytes. */
export const guestUuid = (host: string, guest: string): string => v5(guest, v5(host, namespace));

/** The XML namespace of the element in `<metadata>` that marks a domain as ours. */
export const metadataNamespace = 'urn:kvmctl:guest:1';
