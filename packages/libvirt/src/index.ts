export type { CallOptions } from './client.ts';
export { type ConnectOptions, connect } from './connect.ts';
export type { Connection, DefineOptions, ListDomainsOptions } from './connection.ts';
export type { Domain, DomainState, UndefineOptions, XmlOptions } from './domain.ts';
export { LibvirtError, type LibvirtErrorCode, type LibvirtErrorDomain, type TransportErrorCode } from './error.ts';
