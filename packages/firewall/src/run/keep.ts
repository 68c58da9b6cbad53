import { type BackEnd, BOOT_UNIT, type ResolvedPolicy, renderBootFiles } from '../index.ts';

/**
 * A shell script that makes the policy the one that the host starts with: writes its files, each whole or not at all, enables
 * its unit where systemd runs, and then tidies up. It may be run again when it was interrupted.
 */
export function renderKeep(policy: ResolvedPolicy, backEnd: BackEnd, tidy: string): string {
  const files = renderBootFiles(policy, backEnd).map(
    ({ path, mode, content }) => `umask 077
mkdir -p "$(dirname ${path})"
cat >${path}.new <<'EOF-KVM'
${content}EOF-KVM
chmod ${mode.toString(8)} ${path}.new
sync ${path}.new
mv ${path}.new ${path}
sync "$(dirname ${path})"
`,
  );
  return `${files.join('')}[ ! -d /run/systemd/system ] || systemctl enable --quiet ${BOOT_UNIT}\n${tidy}`;
}
