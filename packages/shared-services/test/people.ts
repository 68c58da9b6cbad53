import type { Room } from './room.ts';

export const base = 'dc=home,dc=arpa';

export const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1111111111111111111111111111111111111111111 alice@home';

/** What a person who runs the directory does: a new account, who may log in and may do everything. */
export const alice = `dn: uid=alice,ou=people,${base}
objectClass: inetOrgPerson
objectClass: posixAccount
objectClass: ldapPublicKey
uid: alice
cn: Alice
sn: A
uidNumber: 20001
gidNumber: 20001
homeDirectory: /home/alice
loginShell: /bin/bash
userPassword: correct horse
sshPublicKey: ${key}

dn: uid=bob,ou=people,${base}
objectClass: inetOrgPerson
objectClass: posixAccount
uid: bob
cn: Bob
sn: B
uidNumber: 20002
gidNumber: 20002
homeDirectory: /home/bob
userPassword: battery staple

dn: cn=login,ou=groups,${base}
changetype: modify
add: member
member: uid=alice,ou=people,${base}

dn: cn=admins,ou=groups,${base}
changetype: modify
add: memberUid
memberUid: alice
`;

/** Loads the configuration of a server of the directory and starts it. */
export async function startDirectory(room: Room, machine: string): Promise<void> {
  await room.run(machine, 'install -d -o openldap -g openldap /run/slapd; /etc/kvm/ldap/load');
  const slapd = 'slapd -d 0 -h "ldap:/// ldapi:///" -u openldap -g openldap -F /etc/ldap/slapd.d';
  await room.start(machine, 'slapd', slapd);
  await room.until(machine, 'ldapwhoami -Q -Y EXTERNAL -H ldapi:///');
}

export async function startSssd(room: Room, machine: string): Promise<void> {
  await room.run(machine, 'install -d /var/log/sssd; rm -f /var/lib/sss/db/* /var/lib/sss/mc/*');
  await room.start(machine, 'sssd', 'sssd -i');
}

/** PAM as Debian's packages set it up, of which only one is installed on each guest. */
export const setUpPam = (room: Room, machine: string, other: 'ldap' | 'sss'): Promise<string> =>
  room.run(
    machine,
    `rm -f /usr/share/pam-configs/${other}
      DEBIAN_FRONTEND=noninteractive pam-auth-update --package --enable mkhomedir 2>&1
      printf '@include common-auth\\n@include common-account\\n' >/etc/pam.d/kvm`,
  );

/** Whether PAM lets somebody in. */
export async function logsIn(
  room: Room,
  { machine, user, password }: { readonly machine: string; readonly user: string; readonly password: string },
): Promise<boolean> {
  const command = `pamtester kvm ${user} authenticate acct_mgmt`;
  return (await room.attempt(machine, command, `${password}\n`)).exitCode === 0;
}
