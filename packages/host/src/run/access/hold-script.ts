/**
 * Takes the lock, says so, and appends what it reads to the log. The lock goes with this script's input: also when its other
 * end is killed, or the network to it breaks. Its arguments: folder of the lock, log, user, moment.
 *
 * The folder and the log must be ours, and no links: somebody who may write beside them could else lead root elsewhere. Who
 * holds the lock is believed only while that process lives, by its number and the moment of its start.
 */
export const holdScript = `
set -eu
umask 077
folder=$1 log=$2 me=$(id -u)
fail() { echo "$1" >&2; exit 1; }
mkdir "$folder" 2>/dev/null || :
[ ! -L "$folder" ] && [ -d "$folder" ] || fail "$folder is no folder, but something else: remove it"
[ "$(stat -c %u "$folder")" = "$me" ] || fail "$folder belongs to somebody else: remove it"
chmod 700 "$folder"
if [ -L "$log" ] || [ -e "$log" ]; then
  [ ! -L "$log" ] && [ -f "$log" ] || fail "$log is no file, but something else: remove it"
  [ "$(stat -c %u:%h "$log")" = "$me:1" ] || fail "$log belongs to somebody else, or has a second name: remove it"
  chmod 600 "$log"
fi
started() {
  read -r stat <"/proc/$1/stat" || return 1
  set -- \${stat##*) }
  [ $# -ge 20 ] || return 1
  shift 19
  echo "$1"
} 2>/dev/null
exec 9>>"$folder/lock"
status=0
flock -n 9 || status=$?
if [ "$status" -eq 1 ]; then
  # It may have taken the lock and not yet written who it is.
  for attempt in 1 2 3 4 5 6 7 8 9 10; do
    tab=$(printf '\\t')
    IFS=$tab read -r pid start since user <"$folder/holder" 2>/dev/null || pid=
    if [ -n "$pid" ] && [ "$(started "$pid")" = "$start" ]; then
      printf 'busy\\t%s\\t%s\\t%s\\n' "$pid" "$since" "$user"
      exit 0
    fi
    sleep 0.1
  done
  echo busy
  exit 0
fi
[ "$status" -eq 0 ] || fail "flock fails with status $status"
printf '%s\\t%s\\t%s\\t%s\\n' "$$" "$(started $$)" "$4" "$3" >"$folder/holder.new"
mv -fT "$folder/holder.new" "$folder/holder"
echo held
# A log that cannot be written, or a full disk, does not end the lock.
dd of="$log" oflag=append,nofollow conv=notrunc status=none bs=64k || cat >/dev/null
`;
