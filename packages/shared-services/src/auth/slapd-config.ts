import { tlsPaths } from '../certificates.ts';
import { people, peoplePolicy } from './distinguished-name.ts';
import { schemas } from './schema.ts';

const tls = tlsPaths('slapd');

/** Root on the server itself, over ldapi. */
const rootName = 'gidNumber=0+uidNumber=0,cn=peercred,cn=external,cn=auth';
const root = `dn.exact=${rootName}`;

/** What a directory is to another one: who may copy it, or whom it copies. */
export type Replication =
  | { readonly kind: 'none' }
  | { readonly kind: 'provider'; readonly account: string }
  | { readonly kind: 'consumer'; readonly provider: string; readonly account: string; readonly password: string };

/**
 * Argon2 with OWASP's least memory (7 MiB, five passes): slapd's 16 threads may all check a password at once, on a small machine.
 */
const head = (modules: readonly string[]): string => `dn: cn=config
objectClass: olcGlobal
cn: config
olcPidFile: /run/slapd/slapd.pid
olcArgsFile: /run/slapd/slapd.args
olcLogLevel: stats
olcTLSCACertificateFile: ${tls.ca}
olcTLSCertificateFile: ${tls.certificate}
olcTLSCertificateKeyFile: ${tls.key}
olcTLSVerifyClient: never
olcTLSProtocolMin: 3.3
olcLocalSSF: 128
olcSecurity: ssf=128
olcDisallows: bind_anon
olcRequires: authc

dn: cn=module{0},cn=config
objectClass: olcModuleList
cn: module{0}
olcModulePath: /usr/lib/ldap
olcModuleLoad: back_mdb
olcModuleLoad: memberof
olcModuleLoad: refint
olcModuleLoad: ppolicy
olcModuleLoad: argon2 m=7168 t=5 p=1
${modules.map((module) => `olcModuleLoad: ${module}\n`).join('')}
dn: cn=schema,cn=config
objectClass: olcSchemaConfig
cn: schema

include: file:///etc/ldap/schema/core.ldif

include: file:///etc/ldap/schema/cosine.ldif

include: file:///etc/ldap/schema/nis.ldif

include: file:///etc/ldap/schema/inetorgperson.ldif
`;

/**
 * The access rules of a database hide the frontend's, so that root's rule stands in each. What the overlays write is
 * written in the name of olcRootDN; without one, memberOf stays empty and nobody may log in. People change their own passwords,
 * machines do not: who broke into one would leave a second password there. pwdHistory holds hashes, as userPassword does.
 */
const databases = (base: string, replication: Replication): string => `dn: olcDatabase={-1}frontend,cn=config
objectClass: olcDatabaseConfig
objectClass: olcFrontendConfig
olcDatabase: {-1}frontend
olcSizeLimit: 500
olcPasswordHash: {ARGON2}
olcAccess: {0}to * by ${root} manage by * break
olcAccess: {1}to dn.base="" by * read
olcAccess: {2}to dn.base="cn=Subschema" by * read

dn: olcDatabase={0}config,cn=config
objectClass: olcDatabaseConfig
olcDatabase: {0}config
olcAccess: {0}to * by ${root} manage by * none

dn: olcDatabase={1}mdb,cn=config
objectClass: olcDatabaseConfig
objectClass: olcMdbConfig
olcDatabase: {1}mdb
olcSuffix: ${base}
olcRootDN: ${rootName}
olcDbDirectory: /var/lib/ldap/kvm
olcDbMaxSize: 1073741824
olcDbIndex: objectClass eq
olcDbIndex: cn,uid,memberUid,uidNumber,gidNumber eq
olcDbIndex: member,memberOf eq
olcDbIndex: entryCSN,entryUUID eq
olcDbIndex: sudoUser,sudoHost eq
${replicationLines(base, replication)}olcAccess: {0}to * by ${root} manage${copies(replication)} by * break
olcAccess: {1}to dn.subtree="${people(base)}" attrs=userPassword by self write by anonymous auth by * none
olcAccess: {2}to attrs=userPassword by anonymous auth by * none
olcAccess: {3}to attrs=pwdHistory by * none
olcAccess: {4}to dn.subtree="${people(base)}" attrs=shadowLastChange by self write by users read by * none
olcAccess: {5}to * by users read by anonymous auth by * none

dn: olcOverlay={0}memberof,olcDatabase={1}mdb,cn=config
objectClass: olcOverlayConfig
objectClass: olcMemberOf
olcOverlay: {0}memberof
olcMemberOfRefInt: TRUE
olcMemberOfGroupOC: groupOfNames

dn: olcOverlay={1}refint,olcDatabase={1}mdb,cn=config
objectClass: olcOverlayConfig
objectClass: olcRefintConfig
olcOverlay: {1}refint
olcRefintAttribute: member
olcRefintNothing: cn=nobody,${base}

dn: olcOverlay={2}ppolicy,olcDatabase={1}mdb,cn=config
objectClass: olcOverlayConfig
objectClass: olcPPolicyConfig
olcOverlay: {2}ppolicy
olcPPolicyDefault: ${peoplePolicy(base)}
olcPPolicyHashCleartext: TRUE
`;

/** Whoever copies the directory reads all of it, passwords' hashes too. */
const copies = (replication: Replication): string =>
  replication.kind === 'provider' ? ` by dn.exact=${replication.account} read` : '';

/** A copy asks for what is new over StartTLS, again and again while the provider is away; who wants to write is sent there. */
function replicationLines(base: string, replication: Replication): string {
  switch (replication.kind) {
    case 'none':
      return '';
    case 'provider':
      return `olcLimits: {0}dn.exact=${replication.account} size=unlimited time=unlimited\n`;
    case 'consumer': {
      const { provider, account, password } = replication;
      const words = [
        `rid=001 provider=ldap://${provider} searchbase="${base}" type=refreshAndPersist retry="5 12 60 +"`,
        `timeout=10 attrs="*,+" bindmethod=simple binddn="${account}" credentials="${password}"`,
        `starttls=critical tls_reqcert=demand tls_cacert=${tls.ca}`,
      ];
      return `olcSyncrepl: {0}${words.join(' ')}\nolcUpdateRef: ldap://${provider}\n`;
    }
  }
}

const syncprov = `dn: olcOverlay={3}syncprov,olcDatabase={1}mdb,cn=config
objectClass: olcOverlayConfig
objectClass: olcSyncProvConfig
olcOverlay: {3}syncprov
olcSpCheckpoint: 100 5
olcSpSessionlog: 1000
`;

/** slapd-config(5), as `slapadd -n 0` reads it: every bind encrypted, nobody anonymous. */
export function slapdConfig(base: string, replication: Replication): string {
  const isProvider = replication.kind === 'provider';
  return [
    head(isProvider ? ['syncprov'] : []),
    ...schemas,
    databases(base, replication),
    ...(isProvider ? [syncprov] : []),
  ].join('\n');
}
