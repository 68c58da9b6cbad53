import { type ImageRunner, runScript } from './image-runner.ts';

/** A file of ssh's known hosts (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT), and what a guest is called in it. */
export interface KnownHost {
  /** `/etc/kvm/known_hosts` */
  readonly file: string;
  /** Names and addresses, of which the first is the guest's own. */
  readonly names: readonly string[];
}

/** What is said of the guest before goes; the file is there whole, the old or the new. */
const script = `
set -euo pipefail
umask 022
file=$1 first=$2 line=$3
mkdir -p "$(dirname "$file")"
exec 9>>"$file.lock"
flock 9
rm -f "$file.kvmctl-new"
[ ! -e "$file" ] || awk -v first="$first" '{ split($1, names, ","); if (names[1] != first) print }' "$file" >"$file.kvmctl-new"
printf '%s\\n' "$line" >>"$file.kvmctl-new"
sync "$file.kvmctl-new"
mv -fT "$file.kvmctl-new" "$file"
`;

/** Keeps a guest's host key where ssh finds it, so that nobody has to believe the first one that he is shown. @throws ImageError `failed` */
export async function keepHostKey({ file, names }: KnownHost, key: string, runner: ImageRunner): Promise<void> {
  const line = `${names.join(',')} ${key}`;
  await runScript(runner, { text: script, words: [file, names[0] ?? '', line] });
}
