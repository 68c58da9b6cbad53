import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A network namespace of its own, with its own /sys, an empty /run and /var/log, and an /etc that it may write to: what runs in it sees a
 * machine that has just started. It ends when this process does, and with it all that still runs in it.
 */
export class Namespace {
  readonly #holder: ChildProcess;
  /** Of its first process. */
  readonly pid: number;

  private constructor(holder: ChildProcess) {
    this.#holder = holder;
    this.pid = Number(readFileSync(`/proc/${holder.pid}/task/${holder.pid}/children`, 'utf8'));
  }

  static async open(): Promise<Namespace> {
    const setUp = `mount -t tmpfs tmpfs /run && mount -t tmpfs tmpfs /var/log && mount -t sysfs -o ro sysfs /sys && mkdir -p /run/etc/new /run/etc/work &&
      mount -t overlay -o lowerdir=/etc,upperdir=/run/etc/new,workdir=/run/etc/work etc /etc &&
      ip link set lo up && echo ready && exec cat`;
    const own = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
    const holder = spawn('unshare', [...own, 'sh', '-c', setUp], { stdio: ['pipe', 'pipe', 'inherit'] });
    const failure = once(holder, 'exit').then(() => Promise.reject(new Error('no namespace: see the message above')));
    await Promise.race([once(holder.stdout, 'data'), failure]);
    failure.catch(() => undefined);
    return new Namespace(holder);
  }

  async close(): Promise<void> {
    const end = once(this.#holder, 'exit');
    this.#holder.kill('SIGKILL');
    await end;
  }

  /** The words that run a program in here: for spawn. */
  enter(...command: string[]): [string, string[]] {
    const [program, ...words] = this.inside(command);
    return [program, words];
  }

  /** The same as one list. */
  inside(command: readonly string[]): readonly [program: string, ...words: string[]] {
    return ['nsenter', `--target=${this.pid}`, '--net', '--mount', '--pid', ...command];
  }

  attempt(...command: string[]): Outcome {
    return this.#spawn(command, '');
  }

  /** Runs a command that must succeed, and returns what it prints. */
  run(...command: string[]): string {
    const { status, stdout, stderr } = this.attempt(...command);
    if (status !== 0) throw new Error(`${command.join(' ')}: exit status ${status}: ${stderr}`);
    return stdout;
  }

  /** Runs a shell script that must succeed, and returns what it prints. */
  sh(script: string, input = ''): string {
    const { status, stdout, stderr } = this.#spawn(['sh', '-ec', script], input);
    if (status !== 0) throw new Error(`${script}: exit status ${status}: ${stderr}`);
    return stdout;
  }

  #spawn(command: readonly string[], input: string): Outcome {
    const [program, words] = this.enter(...command);
    const env = { PATH: process.env.PATH, TZ: 'UTC' };
    // Without input no pipe either: Node's is a socket, on which bash takes itself for rshd's and reads ~/.bashrc.
    const stdio = [input === '' ? 'ignore' : 'pipe', 'pipe', 'pipe'] as const;
    return spawnSync(program, words, { input, stdio: [...stdio], encoding: 'utf8', env, maxBuffer: 2 ** 28 });
  }

  /** The global addresses of an interface, with their prefix lengths, sorted. */
  addresses(device: string): string[] {
    const [link] = JSON.parse(this.run('ip', '-j', 'address', 'show', 'dev', device)) as [AddressInfo];
    const global = link.addr_info.filter(({ scope }) => scope === 'global');
    return global.map(({ local, prefixlen }) => `${local}/${prefixlen}`).sort();
  }

  /** Routes with a gateway as `destination via gateway`, of both families, sorted. */
  routes(): string[] {
    const all = ['-4', '-6'].flatMap((family) => JSON.parse(this.run('ip', '-j', family, 'route')) as RouteInfo[]);
    return all.flatMap(({ dst, gateway }) => (gateway === undefined ? [] : [`${dst} via ${gateway}`])).sort();
  }

  /** A value under /proc/sys/net. */
  setting(key: string): string {
    return this.run('cat', `/proc/sys/net/${key}`).trim();
  }

  /** Writes a file as this namespace sees it: under a tmpfs of its own, nobody else does. */
  write(path: string, content: string): void {
    const { status, stderr } = this.#spawn(['sh', '-c', 'mkdir -p "$(dirname "$0")" && cat >"$0"', path], content);
    if (status !== 0) throw new Error(stderr);
  }
}

interface AddressInfo {
  readonly addr_info: readonly { readonly local: string; readonly prefixlen: number; readonly scope: string }[];
}

interface RouteInfo {
  readonly dst: string;
  readonly gateway?: string;
}

interface CableEnd {
  readonly namespace: Namespace;
  readonly device: string;
  readonly mac?: string;
}

/** Joins two namespaces by a cable: an interface on each side. */
export function connect(left: CableEnd, right: CableEnd): void {
  const words = ({ device, mac }: CableEnd): string[] => [device, ...(mac === undefined ? [] : ['address', mac])];
  const peer = ['peer', 'name', ...words(right), 'netns', String(right.namespace.pid)];
  // Not from inside, where the other's processes have no numbers.
  const enter = [
    `--target=${left.namespace.pid}`,
    '--net',
    'ip',
    'link',
    'add',
    ...words(left),
    'type',
    'veth',
    ...peer,
  ];
  const { status, stderr } = spawnSync('nsenter', enter, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}
