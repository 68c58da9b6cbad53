import { decompressFunction } from './decompress.ts';
import { type ImageRunner, runScript } from './image-runner.ts';

/** A root file system with more entries than this is none. */
const mostEntries = 1_000_000;

/** awk(1): reads what `tar -tv --quoting-style=c` lists, and prints what is wrong with it; nothing when it is well. */
const judge = `
function bad(what) { print what; failed = 1; exit 1 }
function plain(name) {
  gsub(/\\/+/, "/", name)
  while (name ~ /\\/\\.\\//) gsub(/\\/\\.\\//, "/", name)
  while (substr(name, 1, 2) == "./") name = substr(name, 3)
  sub(/\\/\\.?$/, "", name)
  return name
}
function quoted(text) {
  if (!match(text, /"([^"\\\\]|\\\\.)*"/)) bad("an entry of it cannot be read")
  return substr(text, RSTART + 1, RLENGTH - 2)
}
function judge_path(name) {
  if (length(name) > 4096) bad("an entry has a path of more than 4096 letters")
  if (substr(name, 1, 1) == "/") bad("the entry " name " has an absolute path")
  if (index("/" name "/", "/../")) bad("the entry " name " leads out of it by ..")
}
function judge_parents(path,  count, parts, parent, i) {
  count = split(path, parts, "/")
  for (i = 1; i < count; i++) {
    parent = parent (i > 1 ? "/" : "") parts[i]
    if (parent in link) bad("the entry " path " lies below the symbolic link " parent)
  }
}
{
  if (++entries > most) bad("it has more than " most " entries")
  type = substr($0, 1, 1)
  name = quoted($0)
  rest = substr($0, RSTART + RLENGTH)
  judge_path(name)
  path = plain(name)
  judge_parents(path)
  if (type == "b" || type == "c") {
    if (path !~ /^dev\\//) bad("the entry " name " is a device")
    next
  }
  if (index("-dlhp", type) == 0) bad("the entry " name " is of a kind that no root file system has")
  if (path in link && type != "l") bad("the entry " name " takes the place of a symbolic link")
  if (type == "l") link[path] = 1
  if (type == "h") {
    target = quoted(rest)
    judge_path(target)
    judge_parents(plain(target))
  }
  if (type == "-" && (bytes += $3) > room) bad("unpacked, it is larger than the volumes, which have " room " bytes")
  if (path == "sbin/init" || path == "usr/sbin/init") init = 1
}
END { if (!failed && !init) print "it has no /sbin/init" }
`;

/** More than the volumes could hold, and tar's own heads, is not even read. */
const script = `
set -u
${decompressFunction}
refuse() { echo "No system can be installed from $tarball: $1" >&2; exit 65; }
tarball=$1
[ -f "$tarball" ] && [ -r "$tarball" ] || refuse 'there is no such file that can be read'
fault=$(
  decompress "$tarball" 2>/dev/null | head -c "$(($2 + 2048 * $3))" |
    tar -P -tv --numeric-owner --quoting-style=c -f - 2>/dev/null |
    awk -v room="$2" -v most="$3" "$4"
  states=(\${PIPESTATUS[*]})
  # Whoever is not listened to any more is not to blame.
  if [ "\${states[3]}" -eq 0 ] && [ "\${states[0]}\${states[2]}" != 00 ]; then echo 'it is damaged, or no tarball'; fi
)
[ -z "$fault" ] || refuse "$(tail -n 1 <<<"$fault")"
`;

/**
 * Reads a tarball through, before anything is unpacked: it must be a root file system, and nothing in it may lead out of one.
 * Device nodes below `dev`, which many have, are left out later; elsewhere they are refused.
 *
 * @param bytes that the volumes have, which it must not be larger than when it is unpacked
 * @throws ImageError `bad-tarball`
 */
export async function checkTarball(tarball: string, bytes: number, runner: ImageRunner): Promise<void> {
  await runScript(runner, { text: script, words: [tarball, String(bytes), String(mostEntries), judge] });
}
