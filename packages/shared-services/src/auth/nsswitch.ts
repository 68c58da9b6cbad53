import { type ServiceFile, textFile } from '../machine-setup.ts';

/**
 * Local names win; LDAP's come after them.
 *
 * @param logIn whether people of LDAP may log in here; else they are known by their names alone
 */
export function nsswitch(source: 'sss' | 'ldap', { logIn = true } = {}): ServiceFile {
  const shadow = logIn ? `files systemd ${source}` : 'files systemd';
  const sudoers = source === 'sss' ? 'files sss' : 'files';
  return textFile(
    '/etc/nsswitch.conf',
    `# Local accounts first, then those of LDAP.
passwd:         files systemd ${source}
group:          files systemd ${source}
shadow:         ${shadow}
gshadow:        files systemd

hosts:          files dns
networks:       files

protocols:      db files
services:       db files
ethers:         db files
rpc:            db files

netgroup:       files
sudoers:        ${sudoers}
automount:      files
`,
  );
}
