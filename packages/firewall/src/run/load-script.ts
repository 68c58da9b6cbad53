import type { Keep } from './keep.ts';

/** Shell scripts of one load, made before anything is changed. */
export interface Load {
  readonly load: string;
  /** Restores what was there. */
  readonly rollback: string;
  /** Removes what is no longer needed once the rules stay. */
  readonly tidy: string;
}

/** Given to a shell of its own, which ends at its first failure. */
const inShell = (script: string, name: string, more = ''): string =>
  `sh -eu <<'EOF-${name}'${more}\n${script}EOF-${name}\n`;

/** For `sh -eu`: loads, or restores what was there and fails. */
export const loadOrRollBack = ({ load, rollback }: Pick<Load, 'load' | 'rollback'>): string =>
  `${inShell(load, 'LOAD', ' || failed=yes')}if [ -n "\${failed:-}" ]; then
${inShell(rollback, 'ROLLBACK')}exit 1
fi
`;

/** For `sh -eu`: the rules in the kernel and those for the boot, both or neither. */
export const loadAndKeep = (load: Pick<Load, 'load' | 'rollback'>, { stage, publish }: Keep): string =>
  `${stage}${loadOrRollBack(load)}${publish}`;
