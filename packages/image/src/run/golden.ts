import { createHash } from 'node:crypto';
import type { Recipe } from '../index.ts';
import { type ImageRunner, runScript } from './image-runner.ts';

/** Where a host keeps its golden tarballs. Each may be removed at any time: it is made again when it is needed. */
export const imageFolder = '/var/cache/kvm/images';

/**
 * A tarball is there whole or not at all. Of two that want the same one, the second waits for the first. What a killed one has
 * left goes, and nothing that is mounted there: its mounts went with it.
 */
const script = `
set -euo pipefail
umask 022
folder=$1 name=$2 suite=$3
shift 3
mkdir -p "$folder"
chmod 700 "$folder"
exec 9>"$folder/lock"
flock 9
[ ! -e "$folder/$name" ] || exit 0
for program in mmdebstrap zstd; do
  command -v "$program" >/dev/null || { echo "There is no $program on this host to make $suite with" >&2; exit 69; }
done
rm -rf --one-file-system "$folder"/*.partial "$folder"/work.*
work=$(mktemp -d "$folder/work.XXXXXX")
chmod 755 "$work"
trap 'rm -rf --one-file-system "$work"' EXIT
TMPDIR=$work mmdebstrap "$@" "$suite" - </dev/null 9>&- | zstd -q -3 -o "$folder/$name.partial"
sync "$folder/$name.partial"
mv -T "$folder/$name.partial" "$folder/$name"
sync "$folder"
`;

/** What a recipe's tarball is called: another recipe, another name. */
export function goldenName(recipe: Recipe): string {
  const hash = createHash('sha256').update(JSON.stringify(recipe)).digest('hex').slice(0, 16);
  return `${recipe.name}-${hash}.tar.zst`;
}

/**
 * Makes a recipe's tarball, unless the host has it: once, from Debian's mirror, and usable without a network from then on.
 *
 * @param folder where the host keeps them
 * @returns its path there
 * @throws ImageError `no-mmdebstrap`, `failed` with what mmdebstrap said
 */
export async function makeGolden(recipe: Recipe, runner: ImageRunner, folder = imageFolder): Promise<string> {
  const name = goldenName(recipe);
  const path = `${folder}/${name}`;
  const { exitCode } = await runner.run(['test', '-e', path]);
  if (exitCode === 0) return path;
  runner.report?.(`making ${recipe.name} with mmdebstrap, once: this takes a minute or two`);
  await runScript(runner, { text: script, words: [folder, name, recipe.suite, ...recipe.options], inside: true });
  return path;
}
