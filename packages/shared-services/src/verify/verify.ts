import { verifyAuth } from './auth.ts';
import { verifyEnds } from './ends.ts';
import { verifyFiles } from './files.ts';
import type { ServicesFinding, Verification } from './finding.ts';
import { verifyLogs } from './logs.ts';
import { verifyMail } from './mail.ts';
import { verifyNames } from './names.ts';
import { verifyOnDisk } from './on-disk.ts';
import { verifyTime } from './time.ts';

/**
 * Reads what machines have been given, and tells where two sides do not agree, or one is open. It looks at the files
 * alone and not at the declaration, so that files from anywhere can be judged: rendered, edited, or fetched.
 */
export function verifyServices(given: Omit<Verification, 'report'>): ServicesFinding[] {
  const findings: ServicesFinding[] = [];
  const verification: Verification = { ...given, report: (finding) => findings.push(finding) };
  for (const verify of [
    verifyAuth,
    verifyLogs,
    verifyFiles,
    verifyMail,
    verifyNames,
    verifyTime,
    verifyOnDisk,
    verifyEnds,
  ])
    verify(verification);
  return findings;
}
