import { contentOf, type MachineFiles, type Verification } from './finding.ts';

const tlsFolder = '/etc/kvm/tls/';

/** Files that must be nobody else's: sssd does not even start when others may read its own. */
const isPrivate = (path: string, content: string): boolean =>
  path.endsWith('.key') ||
  path === '/etc/sssd/sssd.conf' ||
  path === '/etc/postfix/kvm-upstream' ||
  /^(?:bindpw|userPassword:|olcSyncrepl:) /m.test(content);

/** What a daemon's configuration names below these folders has to be there. */
const named = /\/etc\/(?:kvm\/tls|chrony|ntpsec)\/[\w.-]+\.(?:crt|key)/g;

/** Keys and passwords are read by their owner alone, each daemon has a key of its own, and every key named is there. */
export function verifyOnDisk(verification: Verification): void {
  for (const machine of verification.machines) {
    verifyMachine(machine, verification.report);
    verifyKeys(machine, verification);
  }
}

/** A key is for the certificate beside it. */
function verifyKeys(machine: MachineFiles, { readCertificate, report }: Verification): void {
  for (const { path, content } of machine.files) {
    if (!path.startsWith(tlsFolder) || !path.endsWith('.key')) continue;
    const beside = path.replace(/key$/, 'crt');
    const certificate = contentOf(machine, beside);
    const facts = certificate === undefined ? undefined : readCertificate?.(certificate, '');
    if (facts === undefined || facts.fits(content)) continue;
    report({
      severity: 'error',
      service: 'files-on-disk',
      machine: machine.machine,
      path,
      code: 'wrong-key',
      message: `${path} is not the key of ${beside}.`,
      remedy: '`kvmctl services render` gives both; roll them out together.',
    });
  }
}

function verifyMachine({ machine, files }: MachineFiles, report: Verification['report']): void {
  const finding = { severity: 'error', service: 'files-on-disk', machine } as const;
  const there = new Set(files.map(({ path }) => path));
  const users = new Map<string, string>();
  for (const { path, mode, content } of files) {
    if (isPrivate(path, content) && (mode & 0o027) !== 0)
      report({
        ...finding,
        path,
        code: 'open-file',
        message: `Others than its owner may use ${path} (mode ${mode.toString(8)}).`,
        remedy: 'chmod 600 it.',
      });
    for (const key of new Set(content.match(named) ?? [])) {
      const other = users.get(key);
      users.set(key, path);
      if (!there.has(key))
        report({
          ...finding,
          path,
          code: 'missing-file',
          message: `${path} names ${key}, which is not there.`,
          remedy: 'Render again.',
        });
      if (key.endsWith('.key') && other !== undefined && other !== path)
        report({
          ...finding,
          path,
          code: 'shared-key',
          message: `${key} is used by ${other} as well, whose daemon has another owner.`,
          remedy: 'Give each daemon a copy of its own.',
        });
    }
  }
}
