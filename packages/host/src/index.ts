export { type Desired, type DesiredGuest, deriveDesired } from './desired.ts';
export { volumePath } from './domain.ts';
export { guestUuid, metadataNamespace } from './identity.ts';
export { renderTree } from './tree.ts';
