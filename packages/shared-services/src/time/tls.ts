import type { TlsPaths } from '../certificates.ts';

/** In chrony's own folder: Debian's AppArmor profile lets chronyd read nothing else. */
export const chronyTls: TlsPaths = {
  program: 'chrony',
  ca: '/etc/chrony/kvm-ca.crt',
  certificate: '/etc/chrony/kvm.crt',
  key: '/etc/chrony/kvm.key',
};
