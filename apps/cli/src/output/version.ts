/** Put in by bundle.js from package.json. */
declare const KVMCTL_VERSION: string | undefined;

export const version = typeof KVMCTL_VERSION === 'undefined' ? 'unbundled' : KVMCTL_VERSION;
