import { type ServiceFile, textFile } from '../machine-setup.ts';
import { journalFolder, logFolder } from './ports.ts';

/** tmpfiles.d(5): files are new each day, journals when they are full, and those nobody wrote to for so long go. */
export const retention = (keepDays: number): ServiceFile =>
  textFile(
    '/etc/tmpfiles.d/kvm-logs.conf',
    `# What guests said is kept for ${keepDays} days.
d ${logFolder} 0750 root adm ${keepDays}d
e ${journalFolder} - - - ${keepDays}d
`,
  );
