import type { RunProgram } from '@kvm/command';
import type { ServiceFile } from '../index.ts';
import { OURS, REPLACED } from '../machine-setup.ts';
import { mustRun } from './must-run.ts';

/** A file is there whole or as it was, also when what sends it is killed in the middle; nobody else reads it before. */
const PUT = `folder="$(dirname "$0")"; umask 022; mkdir -p "$folder"; umask 077
new="$folder/.kvmctl-new.\${0##*/}"; cat >"$new" # dnsmasq reads all in its folder but what begins with a dot
[ "$(wc -c <"$new")" -eq "$1" ] || { rm "$new"; echo "$0: its text broke off" >&2; exit 1; }
chown "$2" "$new"; chmod "$3" "$new"; sync "$new"; mv -fT "$new" "$0"`;

/**
 * Copies what is there, links as links, beside earlier copies, and says where. The copies are for root alone; the folder around
 * them is not, in which daemons find their keys.
 */
const KEEP = `[ -e "$0" ] || [ -L "$0" ] || exit 0
umask 022; mkdir -p "$2"; umask 077
copy="$1" number=1; mkdir -p "\${copy%/*}"
while [ -e "$copy.$number" ] || [ -L "$copy.$number" ]; do number=$((number + 1)); done
cp -pPR "$0" "$copy.$number"; echo "$copy.$number"`;

/** Puts back what was there before, or removes the file. */
const TAKE_BACK = `if [ -n "$1" ] && { [ -e "$1" ] || [ -L "$1" ]; }; then mv -fT "$1" "$0"; else rm -f "$0"; fi`;

/** @throws ServicesError `program-failed` */
export async function putFile({ path, mode, owner, group, content }: ServiceFile, run: RunProgram): Promise<void> {
  const size = String(Buffer.byteLength(content));
  await mustRun(run, ['sh', '-euc', PUT, path, size, `${owner}:${group}`, mode.toString(8)], content);
}

/**
 * Keeps a copy of what is on a machine.
 *
 * @returns where the copy is; undefined when there was nothing
 * @throws ServicesError `program-failed`
 */
export async function keepCopy(path: string, run: RunProgram): Promise<string | undefined> {
  const copy = (await mustRun(run, ['sh', '-euc', KEEP, path, `${REPLACED}${path}`, OURS])).trim();
  return copy === '' ? undefined : copy;
}

/** @throws ServicesError `program-failed` */
export async function takeFileBack(path: string, before: string | undefined, run: RunProgram): Promise<void> {
  await mustRun(run, ['sh', '-euc', TAKE_BACK, path, before ?? '']);
}
