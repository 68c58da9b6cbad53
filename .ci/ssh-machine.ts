import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { Namespace } from './namespace.ts';

/** A user's configuration of ssh that wants all that must not be. */
const wishes = `
Host *
  ForwardAgent yes
  ForwardX11 yes
  PermitLocalCommand yes
  LocalCommand touch /run/local-command
  RemoteCommand touch /run/remote-command
  RequestTTY force
  LocalForward 9999 127.0.0.1:22
  ControlMaster auto
  ControlPersist yes
  ControlPath /run/ssh-%p
`;

/** What is said in one line, and is then gone on with by a line of input. */
const prelude = `
import { createInterface } from 'node:readline';
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const ask = async (value: unknown): Promise<string> => {
  console.log(JSON.stringify(value));
  return (await lines.next()).value;
};
`;

/**
 * A machine of its own with two sshds, in namespaces that end with it. The one on port 2222 is the host; the one on port 22
 * takes the same key, and notes every session: it is another machine.
 */
export class SshMachine {
  readonly namespace: Namespace;
  readonly url = 'ssh://root@127.0.0.1:2222';

  private constructor(namespace: Namespace) {
    this.namespace = namespace;
  }

  static async start(): Promise<SshMachine> {
    const namespace = await Namespace.open();
    namespace.sh(`
      for folder in /root /var/log; do mount -t tmpfs tmpfs $folder; done
      sed 's,^root:.*,root:x:0:0:root:/root:/bin/sh,' /etc/passwd >/run/p; cat /run/p >/etc/passwd
      mkdir -p -m 700 /root/.ssh /run/sshd
      ssh-keygen -q -t ed25519 -N '' -f /run/host-key
      ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/id_ed25519
      for name in '127.0.0.1' '[127.0.0.1]:2222' '::1' '[::1]:2222'; do
        echo "$name $(cat /run/host-key.pub)"
      done >/root/.ssh/known_hosts
      common='HostKey /run/host-key
AuthorizedKeysFile /root/.ssh/id_ed25519.pub
StrictModes no
UsePAM no
PermitRootLogin yes'
      printf '%s\\n' 'Port 2222' 'PidFile /run/sshd-host.pid' "$common" >/run/sshd-host
      printf '%s\\n' 'Port 22' 'PidFile /run/sshd-other.pid' "$common" 'ForceCommand echo "$SSH_ORIGINAL_COMMAND" >>/run/other; exec sh -c "$SSH_ORIGINAL_COMMAND"' >/run/sshd-other
      /usr/sbin/sshd -f /run/sshd-host -E /run/sshd-host.log
      /usr/sbin/sshd -f /run/sshd-other -E /run/sshd-other.log`);
    return new SshMachine(namespace);
  }

  /** Makes ssh's configuration ask for what must not be. */
  wishForAll(): void {
    this.namespace.write('/root/.ssh/config', wishes);
  }

  /** What another machine was asked to run. */
  get reachedOther(): string {
    return this.namespace.sh('cat /run/other 2>/dev/null || true');
  }

  /**
   * Runs TypeScript there, as a module of a folder, which may `ask(value)`: that is given here, and it goes on with the
   * answer. It ends with its input, or when it is killed.
   */
  async program(source: string, folder: string): Promise<RunningProgram> {
    const { outputFiles } = await build({
      stdin: { contents: prelude + source, loader: 'ts', resolveDir: folder },
      bundle: true,
      write: false,
      platform: 'node',
      target: 'node20',
      format: 'esm',
      conditions: ['@kvm/source'],
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire('/');" },
    });
    const path = `/run/program-${process.hrtime.bigint()}.mjs`;
    this.namespace.write(path, outputFiles[0]?.text ?? '');
    const [enter, words] = this.namespace.enter(process.execPath, path);
    return new RunningProgram(spawn(enter, words, { stdio: 'pipe' }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.namespace.close();
  }
}

class RunningProgram {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #ended: Promise<unknown>;
  #stderr = '';

  constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    child.stdin.on('error', () => undefined);
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    this.#ended = new Promise((resolve) => child.once('close', resolve));
  }

  /** What it asks next. */
  async asked<T>(): Promise<T> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`the program has ended: ${this.#stderr}`);
    return JSON.parse(value) as T;
  }

  answer(text = ''): void {
    this.#child.stdin.write(`${text}\n`);
  }

  /** Kills it by its number there. */
  async kill(pid: number, namespace: Namespace): Promise<void> {
    namespace.run('kill', '-KILL', String(pid));
    await this.#ended;
  }

  /** Ends its input, and waits. @returns what it complained of */
  async ended(): Promise<string> {
    this.#child.stdin.end();
    await this.#ended;
    return this.#stderr;
  }
}
