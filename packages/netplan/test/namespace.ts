import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { RenderedText } from '../src/index.ts';

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A network namespace of its own, with its own /sys and an empty /run: what runs in it sees a machine that has just started.
 * It ends when this process does.
 */
export class Namespace {
  readonly #holder: ChildProcess;

  private constructor(holder: ChildProcess) {
    this.#holder = holder;
  }

  static async open(): Promise<Namespace> {
    const setUp = 'mount -t tmpfs tmpfs /run && mount -t sysfs -o ro sysfs /sys && echo ready && exec cat';
    const holder = spawn('unshare', ['--net', '--mount', 'sh', '-c', setUp], { stdio: ['pipe', 'pipe', 'inherit'] });
    const failure = once(holder, 'exit').then(() => Promise.reject(new Error('no namespace: see the message above')));
    await Promise.race([once(holder.stdout, 'data'), failure]);
    failure.catch(() => undefined);
    return new Namespace(holder);
  }

  get pid(): number {
    return this.#holder.pid ?? 0;
  }

  async close(): Promise<void> {
    const end = once(this.#holder, 'exit');
    this.#holder.kill('SIGKILL');
    await end;
  }

  /** The words that run a program in here: for spawn. */
  enter(...command: string[]): [string, string[]] {
    return ['nsenter', [`--target=${this.pid}`, '--net', '--mount', ...command]];
  }

  attempt(...command: string[]): Outcome {
    const [program, words] = this.enter(...command);
    return spawnSync(program, words, { encoding: 'utf8', env: { PATH: process.env.PATH } });
  }

  /** Runs a command that must succeed, and returns what it prints. */
  run(...command: string[]): string {
    const { status, stdout, stderr } = this.attempt(...command);
    if (status !== 0) throw new Error(`${command.join(' ')}: exit status ${status}: ${stderr}`);
    return stdout;
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
    const [program, words] = this.enter('sh', '-c', 'mkdir -p "$(dirname "$0")" && cat >"$0"', path);
    const { status, stderr } = spawnSync(program, words, { input: content, encoding: 'utf8' });
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

/** Joins two namespaces by a cable: an interface on each side. */
export function connect(
  left: { namespace: Namespace; device: string; mac?: string },
  right: { namespace: Namespace; device: string },
): void {
  const mac = left.mac === undefined ? [] : ['address', left.mac];
  const peer = ['peer', 'name', right.device, 'netns', String(right.namespace.pid)];
  left.namespace.run('ip', 'link', 'add', left.device, ...mac, 'type', 'veth', ...peer);
}

/** A folder that holds the given texts, each at its path below it. */
export class TextFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'netplan-'));

  /** @returns where the text is now */
  add(text: RenderedText): string {
    const path = join(this.path, text.path);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text.content, { mode: text.mode });
    return path;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
