/** What programs behind a fence find in their environment of their caller's: nothing that names places, keys or proxies outside. */
const kept = 'PATH|HOME|USER|LOGNAME|TERM|LC_ALL|TZ|LVM_SUPPRESS_FD_WARNINGS';

/** Filters of system calls, seccomp(2), as instructions of classic BPF (linux/filter.h) on x86-64. */
const [LOAD_WORD, IF_EQUAL, IF_AT_LEAST, RETURN] = [0x20, 0x15, 0x35, 0x06];
/** Offsets in `struct seccomp_data`: the call's number, the kind of calls, and the first argument. */
const [NUMBER, KIND, FIRST] = [0, 4, 16];
const X86_64 = 0xc000003e;
/** Numbers from here on are calls of x32. */
const FIRST_OF_X32 = 0x40000000;
const [SOCKET, IO_URING_SETUP] = [41, 425];
const AF_VSOCK = 40;
const ALLOW = 0x7fff0000;
const refuse = (errno: number): number => 0x00050000 + errno;
const [NO_SUCH_CALL, NO_SUCH_FAMILY] = [refuse(38), refuse(97)];

/**
 * No namespace holds sockets of AF_VSOCK, which lead to the virtual machines of this machine and to what it runs on itself. An
 * io_uring makes sockets that no filter sees; nor does it look into calls of 32 bits.
 */
const filter = [
  [LOAD_WORD, 0, 0, KIND],
  [IF_EQUAL, 0, 5, X86_64],
  [LOAD_WORD, 0, 0, NUMBER],
  [IF_AT_LEAST, 3, 0, FIRST_OF_X32],
  [IF_EQUAL, 2, 0, IO_URING_SETUP],
  [IF_EQUAL, 2, 0, SOCKET],
  [RETURN, 0, 0, ALLOW],
  [RETURN, 0, 0, NO_SUCH_CALL],
  [LOAD_WORD, 0, 0, FIRST],
  [IF_EQUAL, 0, 1, AF_VSOCK],
  [RETURN, 0, 0, NO_SUCH_FAMILY],
  [RETURN, 0, 0, ALLOW],
];

/**
 * Perl that takes from its process what no namespace takes, for itself and all that it starts: the keys of its session, keyctl(2)'s
 * KEYCTL_JOIN_SESSION_KEYRING; descriptors of others that its caller was given, close_range(2), such as a lock's; the environment;
 * and sockets of AF_VSOCK.
 */
export const leaveBehind = `
syscall(250, 1, 0);
syscall(436, 3, 0xffffffff, 0) == 0 or die "close_range: $!\n";
delete @ENV{grep { !/^(?:${kept})$/ } keys %ENV};
my $filter = pack("(SCCL)*", ${filter.flat().join(', ')});
syscall(157, 22, 2, pack("S x6 P", ${filter.length}, $filter)) == 0 or die "seccomp: $!\n";
`;

/** Words before a command that goes behind a fence, or stays there for long: see {@link leaveBehind}. */
export const leavingBehind = ['perl', '-e', `${leaveBehind}exec @ARGV or die "$ARGV[0]: $!\\n"`, '--'] as const;
