/** Schemas that OpenLDAP does not bring, as entries of cn=config. */

/** A user's ssh keys: attribute and class as openssh-lpk registered them, which sssd expects. */
const sshKeys = `dn: cn=openssh-lpk,cn=schema,cn=config
objectClass: olcSchemaConfig
cn: openssh-lpk
olcAttributeTypes: ( 1.3.6.1.4.1.24552.500.1.1.1.13 NAME 'sshPublicKey' EQUALITY octetStringMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 )
olcObjectClasses: ( 1.3.6.1.4.1.24552.500.1.1.2.0 NAME 'ldapPublicKey' SUP top AUXILIARY MAY ( sshPublicKey $ uid ) )
`;

const text = (number: number, name: string, extra = ''): string =>
  `olcAttributeTypes: ( 1.3.6.1.4.1.15953.9.1.${number} NAME '${name}' EQUALITY caseExactIA5Match${extra} SYNTAX 1.3.6.1.4.1.1466.115.121.1.26 )`;
const moment = (number: number, name: string): string =>
  `olcAttributeTypes: ( 1.3.6.1.4.1.15953.9.1.${number} NAME '${name}' EQUALITY generalizedTimeMatch ORDERING generalizedTimeOrderingMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.24 )`;

/** Rules of sudo, as sudoers.ldap(5) defines them. */
const sudo = `dn: cn=sudo,cn=schema,cn=config
objectClass: olcSchemaConfig
cn: sudo
${text(1, 'sudoUser', ' SUBSTR caseExactIA5SubstringsMatch')}
${text(2, 'sudoHost', ' SUBSTR caseExactIA5SubstringsMatch')}
${text(3, 'sudoCommand')}
${text(4, 'sudoRunAs')}
${text(5, 'sudoOption')}
${text(6, 'sudoRunAsUser')}
${text(7, 'sudoRunAsGroup')}
${moment(8, 'sudoNotBefore')}
${moment(9, 'sudoNotAfter')}
olcAttributeTypes: ( 1.3.6.1.4.1.15953.9.1.10 NAME 'sudoOrder' EQUALITY integerMatch ORDERING integerOrderingMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 )
olcObjectClasses: ( 1.3.6.1.4.1.15953.9.2.1 NAME 'sudoRole' SUP top STRUCTURAL MUST ( cn ) MAY ( sudoUser $ sudoHost $ sudoCommand $ sudoRunAs $ sudoRunAsUser $ sudoRunAsGroup $ sudoOption $ sudoOrder $ sudoNotBefore $ sudoNotAfter $ description ) )
`;

export const schemas: readonly string[] = [sshKeys, sudo];
