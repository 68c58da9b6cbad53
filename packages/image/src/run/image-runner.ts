import type { RunProgram } from '@kvm/command';
import { ImageError, type ImageErrorCode } from '../index.ts';

/** How programs are run on the host, and who hears of what takes long. */
export interface ImageRunner {
  readonly run: RunProgram;
  /** Told in a few words of what is being done. */
  readonly report?: (what: string) => void;
}

/** Exit statuses by which our scripts say what kind of failure it was. */
const codes: Readonly<Record<number, readonly [ImageErrorCode, remedy: string]>> = {
  65: ['bad-tarball', 'Nothing was unpacked. Name a tarball of a whole root file system.'],
  69: ['no-mmdebstrap', 'Install it on the host: apt install mmdebstrap zstd.'],
  73: [
    'not-blank',
    'See what it is (blkid -p, wipefs), and give the guest another volume, or `os: none`: nothing was changed.',
  ],
  75: ['in-use', 'See what has it open, and run it again when that has ended.'],
};

/** Runs a script of ours under bash(1), which is on every Debian. @throws ImageError */
export async function runScript(
  { run }: ImageRunner,
  script: {
    readonly text: string;
    readonly words: readonly string[];
    readonly input?: string;
    readonly inside?: boolean;
  },
): Promise<string> {
  const alone = script.inside ? (['unshare', ...ownNamespaces, '--'] as const) : [];
  const [program, ...words] = [...alone, 'bash', '--norc', '-c', script.text, 'image', ...script.words];
  const { exitCode, stdout, stderr } = await run([program ?? 'bash', ...words], script.input);
  if (exitCode === 0) return stdout;
  const said = stderr.trim().split('\n').slice(-5).join('; ') || `it ended with status ${exitCode}`;
  const [code, remedy] = codes[exitCode] ?? ['failed', 'Mend that and run it again: what was begun is begun afresh.'];
  throw new ImageError(code, `${said}.`, { remedy });
}

/** What is mounted is mounted for these processes alone, and goes with them; they go together, however one of them ends. */
const ownNamespaces = ['--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child', '--mount-proc'];
