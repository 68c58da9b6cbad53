import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  type ResolvedPolicy,
  type Ruleset,
  readIptables,
  readNft,
  renderIpset,
  renderIptables,
  renderNft,
  staleIpsets,
} from '../src/index.ts';

/** A network namespace of its own. It ends when this process does. */
export class NetworkSandbox {
  readonly #holder: ChildProcess;

  private constructor(holder: ChildProcess) {
    this.#holder = holder;
  }

  static async open(): Promise<NetworkSandbox> {
    const noDad = 'echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad';
    const setUp = `${noDad} && ip link set lo up && echo ready && exec cat`;
    const holder = spawn('unshare', ['--net', 'sh', '-c', setUp], { stdio: ['pipe', 'pipe', 'inherit'] });
    const failure = once(holder, 'exit').then(() => Promise.reject(new Error('no namespace: see the message above')));
    await Promise.race([once(holder.stdout, 'data'), failure]);
    failure.catch(() => undefined);
    return new NetworkSandbox(holder);
  }

  get pid(): number {
    return this.#holder.pid ?? 0;
  }

  async close(): Promise<void> {
    const end = once(this.#holder, 'exit');
    this.#holder.kill('SIGKILL');
    await end;
  }

  enter(...command: string[]): [string, string[]] {
    return ['nsenter', [`--target=${this.pid}`, '--net', ...command]];
  }

  /** Runs a command that must succeed, and returns what it prints. */
  run(command: string, input = ''): string {
    const [program, words] = this.enter('sh', '-ec', command);
    const env = { PATH: process.env.PATH, TZ: 'UTC' };
    const { status, stdout, stderr } = spawnSync(program, words, { input, encoding: 'utf8', env, maxBuffer: 2 ** 28 });
    if (status !== 0) throw new Error(`${command}: exit status ${status}: ${stderr}`);
    return stdout;
  }
}

/** Loads the nft ruleset over what is there, and reads it back. */
export function loadNft(sandbox: NetworkSandbox, policy: ResolvedPolicy): Ruleset {
  const live = sandbox.run('nft -j list counters table inet kvm 2>/dev/null || true');
  sandbox.run(
    'nft -f -',
    renderNft(
      policy,
      [...live.matchAll(/"name": "(row_\w+)"/g)].map(([, name = '']) => name),
    ),
  );
  return readNft(sandbox.run('nft -j -n list table inet kvm'));
}

/** Loads the iptables rulesets over what is there, and reads them back. */
export function loadIptables(sandbox: NetworkSandbox, policy: ResolvedPolicy): Ruleset {
  const sets = (): string[] =>
    sandbox
      .run('ipset list -n')
      .split('\n')
      .filter((name) => name !== '');
  sandbox.run('ipset restore', renderIpset(policy, sandbox.run('ipset save')));
  sandbox.run('iptables-restore -n -c', renderIptables(policy, 4, sandbox.run('iptables-save -c')));
  sandbox.run('ip6tables-restore -n -c', renderIptables(policy, 6, sandbox.run('ip6tables-save -c')));
  for (const name of staleIpsets(policy, sets())) sandbox.run(`ipset destroy ${name}`);
  const [ipv4, ipv6, ipset] = ['iptables-save', 'ip6tables-save', 'ipset save'].map((command) => sandbox.run(command));
  return readIptables({ ipv4: ipv4 ?? '', ipv6: ipv6 ?? '', ipset: ipset ?? '' });
}
