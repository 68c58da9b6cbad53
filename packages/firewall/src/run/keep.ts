import { BARRIER, type BackEnd, BOOT_UNIT, type ResolvedPolicy, renderBootFiles } from '../index.ts';

/** Two parts of a shell script that makes a policy the one that the host starts with. */
export interface Keep {
  /** Writes the files beside those that are there: where there is no room for them, or the kernel has no barrier, nothing has changed. */
  readonly stage: string;
  /**
   * Puts them in place, each whole or not at all, the policy's own last; enables the unit where systemd runs, sets up the
   * barrier on all taps, and tidies up. With the first part, it may be run again when it was interrupted.
   */
  readonly publish: string;
}

export function renderKeep(policy: ResolvedPolicy, backEnd: BackEnd, tidy: string): Keep {
  const [program, ...others] = renderBootFiles(policy, backEnd);
  const files = [...others, ...(program === undefined ? [] : [program])];
  const names = files.map((_, index) => `"$staged${index}"`);
  const stage = files.map(
    ({ path, mode, content }, index) => `mkdir -p "$(dirname ${path})"
rm -f ${path}.kvm-??????
staged${index}=$(mktemp ${path}.kvm-XXXXXX)
cat >"$staged${index}" <<'EOF-KVM'
${content}EOF-KVM
chmod ${mode.toString(8)} "$staged${index}"
sync "$staged${index}"
`,
  );
  const publish = files.map(
    ({ path }, index) => `mv "$staged${index}" ${path}
sync "$(dirname ${path})"
`,
  );
  return {
    stage: `umask 022
${files.map((_, index) => `staged${index}=/nonexistent\n`).join('')}trap 'rm -f ${names.join(' ')}' EXIT
${stage.join('')}sh "$staged${files.findIndex(({ path }) => path === BARRIER)}" able
`,
    publish: `${publish.join('')}[ ! -d /run/systemd/system ] || systemctl enable --quiet ${BOOT_UNIT}
${BARRIER} on
${tidy}`,
  };
}
