import type { MachineFiles, Verification } from './finding.ts';

/** A certificate with less left should have been made anew long ago: a render does that 60 days before its end. */
const soon = 30;
/** An authority is changed in steps, each with a roll-out. */
const soonForAuthority = 180;

const isAuthority = (path: string): boolean => /\/(?:kvm-)?ca\.crt$/.test(path);

const blocks = (text: string): string[] =>
  text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];

/** Says, before it comes, when authorities and certificates end: nothing works on the day after. */
export function verifyEnds(verification: Verification): void {
  const seen = new Set<string>();
  for (const machine of verification.machines)
    for (const { path, content } of machine.files) {
      if (!path.endsWith('.crt') || seen.has(content)) continue;
      seen.add(content);
      const days = daysLeft(content, verification);
      if (days === undefined) continue;
      if (isAuthority(path)) verifyAuthority(machine, { path, days }, verification);
      else verifyCertificate(machine, { path, days }, verification);
    }
}

/** Of several authorities, one that follows the other, the last to end. */
function daysLeft(text: string, { readCertificate }: Verification): number | undefined {
  const days = blocks(text).flatMap((block) => readCertificate?.(block, block)?.daysLeft ?? []);
  return days.length === 0 ? undefined : Math.max(...days);
}

interface Ending {
  readonly path: string;
  readonly days: number;
}

const rotation =
  '`kvmctl services rotate begin` makes the next one; render and roll out, then `all`, roll out, `finish`.';

function verifyAuthority({ machine }: MachineFiles, { path, days }: Ending, { report }: Verification): void {
  const finding = { service: 'files-on-disk', machine, path, remedy: rotation } as const;
  if (days < 0)
    report({ ...finding, severity: 'error', code: 'expired', message: 'The certificate authority has ended.' });
  else if (days < soonForAuthority)
    report({
      ...finding,
      severity: days < soon ? 'error' : 'warning',
      code: 'ends-soon',
      message: `The certificate authority ends in ${Math.floor(days)} days, and with it everything it has signed.`,
    });
}

function verifyCertificate({ machine }: MachineFiles, { path, days }: Ending, { report }: Verification): void {
  if (days >= soon) return;
  report({
    severity: 'error',
    service: 'files-on-disk',
    machine,
    path,
    code: days < 0 ? 'expired' : 'ends-soon',
    message: days < 0 ? `${path} of ${machine} has ended.` : `${path} of ${machine} ends in ${Math.floor(days)} days.`,
    remedy: '`kvmctl services render` makes it anew; then roll out.',
  });
}
