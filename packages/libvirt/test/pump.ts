import { type ChildProcess, spawn } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import type { Daemon } from '@kvm/ci/libvirt-daemon';

/** Duplicates QEMU's side of the console's terminal, and writes into it as fast as it takes: no guest is that fast. */
const pumpScript = `
my ($pid, $number, $size) = @ARGV;
my $pidfd = syscall(434, $pid + 0, 0);
my $fd = syscall(438, $pidfd, $number + 0, 0);
die "$!" if $fd < 0;
open(my $terminal, '>&=', $fd) or die "$!";
my $text = 'x' x 65535 . "\\n";
for (my $sent = 0; $sent < $size; ) {
  my $count = syswrite($terminal, $text, 65536);
  if (defined $count) { $sent += $count }
  elsif ($!{EAGAIN}) { vec(my $ready = '', $fd, 1) = 1; select(undef, $ready, undef, undef) }
  else { die "$!" }
}`;

/** Puts `size` bytes into the console of the daemon's only guest. */
export async function pumpIntoConsole(daemon: Daemon, size: number): Promise<ChildProcess> {
  for (const entry of await readdir('/proc')) {
    const name = await readFile(`/proc/${entry}/comm`, 'utf8').catch(() => '');
    if (!name.startsWith('qemu-system')) continue;
    const namespace = await readlink(`/proc/${entry}/ns/pid`).catch(() => ''); // it may have ended by now
    if (namespace !== (await readlink(`/proc/${daemon.namespaces}/ns/pid`))) continue;
    for (const number of await readdir(`/proc/${entry}/fd`)) {
      if ((await readlink(`/proc/${entry}/fd/${number}`)).endsWith('/ptmx'))
        return spawn('perl', ['-MErrno', '-e', pumpScript, entry, number, `${size}`], {
          stdio: ['ignore', 'ignore', 'inherit'],
        });
    }
  }
  throw new Error('no QEMU has a console here');
}
