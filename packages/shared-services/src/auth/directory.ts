import { secretSlot } from '../machine-setup.ts';
import {
  adminGroup,
  groups,
  guestAccount,
  loginGroup,
  machinePolicy,
  peoplePolicy,
  sudoers,
} from './distinguished-name.ts';

const unit = (name: string, base: string): string => `dn: ou=${name},${base}
objectClass: organizationalUnit
ou: ${name}
`;

/** The tree that people are put into; entries that are there already are left as they are. */
export function directoryEntries(base: string, domain: string, firstId: number): string {
  const [first = '', attribute = 'dc', value = ''] = /^(\w+)=([^,]*)/.exec(base) ?? [];
  const top =
    attribute === 'dc'
      ? `objectClass: dcObject\nobjectClass: organization\no: ${domain}`
      : attribute === 'o'
        ? 'objectClass: organization'
        : 'objectClass: organizationalUnit';
  return `dn: ${base}
${top}
${first && `${attribute}: ${value}`}

${['people', 'groups', 'guests', 'policies', 'sudoers'].map((name) => unit(name, base)).join('\n')}
dn: ${peoplePolicy(base)}
objectClass: pwdPolicy
objectClass: organizationalRole
cn: default
pwdAttribute: userPassword
pwdCheckQuality: 2
pwdMinLength: 8
pwdMaxFailure: 5
pwdLockout: TRUE
pwdLockoutDuration: 300

dn: ${machinePolicy(base)}
objectClass: pwdPolicy
objectClass: organizationalRole
cn: machines
description: no lockout, or whoever reaches this server could lock out every machine
pwdAttribute: userPassword
pwdLockout: FALSE

dn: ${loginGroup(base)}
objectClass: groupOfNames
cn: login
description: who may log in to guests
member: cn=nobody,${base}

dn: cn=${adminGroup},${groups(base)}
objectClass: posixGroup
cn: ${adminGroup}
description: who may do everything by sudo
gidNumber: ${firstId}

dn: cn=${adminGroup},${sudoers(base)}
objectClass: sudoRole
cn: ${adminGroup}
sudoUser: %${adminGroup}
sudoHost: ALL
sudoRunAsUser: ALL
sudoCommand: ALL
`;
}

/** By its description an account of ours is told from those that people have made beside them. */
export const accountMark = 'kvmctl';

/** Guests' accounts, as they are to be added. */
export const accountEntries = (guests: readonly string[], base: string): string =>
  guests
    .map(
      (guest) => `dn: ${guestAccount(guest, base)}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: ${guest}
description: ${accountMark}
pwdPolicySubentry: ${machinePolicy(base)}
userPassword: ${secretSlot(accountSecrets(guest)[0])}
`,
    )
    .join('\n');

/** For a tree from before there was a check, which does nothing without it; who has chosen another one keeps that. */
export const policyChanges = (base: string): string => `dn: ${peoplePolicy(base)}
changetype: modify
add: pwdCheckQuality
pwdCheckQuality: 2
`;

/** Names of the secrets of a guest's account: its password's hash, `replace` or `add`, and the hash of the other password. */
export const accountSecrets = (guest: string): readonly [hash: string, change: string, other: string] => [
  `bind/${guest}.hash`,
  `bind/${guest}.change`,
  `bind/${guest}.other`,
];

/**
 * The same accounts' passwords, as they are to be changed in a tree that has them already. While a password changes both are
 * added, one by one, because ppolicy takes no two at once; what is there already is refused with 20, and so is the second when
 * there is only one.
 */
export const passwordChanges = (guests: readonly string[], base: string): string =>
  guests
    .map((guest) => {
      const [hash, change, other] = accountSecrets(guest).map(secretSlot);
      const dn = guestAccount(guest, base);
      return `dn: ${dn}
changetype: modify
replace: pwdPolicySubentry
pwdPolicySubentry: ${machinePolicy(base)}

dn: ${dn}
changetype: modify
${change}: userPassword
userPassword: ${hash}

dn: ${dn}
changetype: modify
add: userPassword
userPassword: ${other}
`;
    })
    .join('\n');
