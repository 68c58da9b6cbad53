import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { daemonsFolder } from '@kvm/ci/daemons';
import { execa } from 'execa';
import {
  commandsOf,
  guestProbes,
  type MachineSetup,
  renderServices,
  type ServiceName,
  type SharedServices,
} from '../src/index.ts';
import { makeSecrets, type ProgramResult, type RunProgram, runProbes, withSecrets } from '../src/run/index.ts';
import { archive } from './archive.ts';
import { roomScript } from './room-script.ts';

export interface Guest {
  readonly name: string;
  readonly address: string;
}

/**
 * Machines in namespaces of their own on one switch, each with an overlay over this machine's files and the daemons. All
 * of it ends with this process.
 */
export class Room {
  readonly #holder: ChildProcess;
  /** The room's first process as this machine counts: the only child of the one that waits for it. */
  readonly #init: string;
  /** The machines' as the room counts. */
  readonly #pids: ReadonlyMap<string, number>;
  readonly secrets: string;

  private constructor(holder: ChildProcess, pids: ReadonlyMap<string, number>) {
    this.#holder = holder;
    this.#init = readFileSync(`/proc/${holder.pid}/task/${holder.pid}/children`, 'utf8').trim();
    this.#pids = pids;
    this.secrets = join(mkdtempSync(join(tmpdir(), 'kvm-room-')), 'secrets');
  }

  static async open(machines: readonly Guest[]): Promise<Room> {
    const daemons = await daemonsFolder();
    const holder = spawn(
      'unshare',
      [
        ...['--net', '--mount', '--pid', '--ipc', '--uts', '--fork', '--kill-child', '--mount-proc'],
        ...[
          'bash',
          '--norc',
          '-c',
          roomScript,
          'room',
          daemons,
          ...machines.map(({ name, address }) => `${name}=${address}`),
        ],
      ],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    let text = '';
    holder.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    while (!text.includes('ready\n')) {
      if (holder.exitCode !== null) throw new Error('no room: see the message above');
      await sleep(20);
    }
    const pids = [...text.matchAll(/^(\S+) (\d+)$/gm)].map(([, name = '', pid]) => [name, Number(pid)] as const);
    return new Room(holder, new Map(pids));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    rmSync(join(this.secrets, '..'), { recursive: true, force: true });
    const end = once(this.#holder, 'exit');
    this.#holder.kill('SIGKILL');
    await end;
  }

  /** Runs a program on a machine. */
  async exec(machine: string, command: readonly string[], input: string | Buffer = ''): Promise<ProgramResult> {
    const pid = this.#pids.get(machine);
    if (pid === undefined) throw new Error(`no machine ${machine}`);
    const enter = ['--all', '--wdns=/', '-t'];
    const words = [...enter, this.#init, '--', 'nsenter', ...enter, String(pid), '--', ...command];
    const { exitCode, stdout, stderr } = await execa('nsenter', words, {
      input,
      reject: false,
      stripFinalNewline: false,
      extendEnv: false,
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', LC_ALL: 'C' },
    });
    return { exitCode: exitCode ?? -1, stdout, stderr };
  }

  /** Runs a shell command on a machine; not by bash, which reads root's .bashrc when its input is a socket. */
  async attempt(machine: string, command: string, input: string | Buffer = ''): Promise<ProgramResult> {
    const { exitCode, stdout, stderr } = await this.exec(machine, ['sh', '-c', command], input);
    return { exitCode, stdout: stdout.replace(/\n$/, ''), stderr: stderr.replace(/\n$/, '') };
  }

  /** What the doctor finds on a guest that is not good: `bad: web finds common.home.arpa by its name`. */
  async ailments(services: SharedServices, guest: string, only?: ServiceName): Promise<string[]> {
    const probes = guestProbes(services, guest).filter(({ service }) => only === undefined || service === only);
    const run: RunProgram = (command, input) => this.exec(guest, command, input);
    const found: string[] = [];
    for await (const { verdict, claim, found: why } of runProbes(probes, run))
      if (verdict !== 'good') found.push(`${verdict}: ${claim}: ${why}`);
    return found;
  }

  /** Runs a shell command that must succeed. @returns what it printed */
  async run(machine: string, command: string, input: string | Buffer = ''): Promise<string> {
    const { exitCode, stdout, stderr } = await this.attempt(machine, command, input);
    if (exitCode !== 0) throw new Error(`${machine}: ${command}: exit status ${exitCode}: ${stderr} ${stdout}`);
    return stdout;
  }

  /** Starts a program that goes on in the background; what it says is in /var/log/NAME.out. */
  async start(machine: string, name: string, command: string): Promise<void> {
    await this.run(
      machine,
      `setsid sh -c 'echo $$ >/run/room-${name}.pid; exec ${command}' >/var/log/${name}.out 2>&1 </dev/null &`,
    );
  }

  async stop(machine: string, name: string, signal = 'TERM'): Promise<void> {
    await this.run(
      machine,
      `pid=$(cat /run/room-${name}.pid); kill -${signal} $pid; for i in $(seq 200); do [ -e /proc/$pid ] || exit 0; sleep 0.1; done; exit 1`,
    );
  }

  /** Waits until a command succeeds. @returns what it printed then */
  async until(machine: string, command: string, seconds = 60): Promise<string> {
    let last: ProgramResult | undefined;
    for (const deadline = Date.now() + seconds * 1000; Date.now() < deadline; await sleep(200)) {
      last = await this.attempt(machine, command);
      if (last.exitCode === 0) return last.stdout;
    }
    const logs = await this.attempt(machine, 'tail -n 20 /var/log/*.out');
    throw new Error(`${machine}: not in ${seconds} s: ${command}: ${last?.stderr} ${last?.stdout}\n${logs.stdout}`);
  }

  /** Puts a machine's files in place, with their owners and modes; its daemons are not started. */
  async install({ machine, files }: MachineSetup): Promise<void> {
    await this.run(machine, 'tar -C / -x', archive(files));
  }

  /** Renders the services with secrets, and puts everybody's files and the names of servers in place. */
  async setUp(services: SharedServices): Promise<MachineSetup[]> {
    await makeSecrets(services, { folder: this.secrets });
    const setups = await withSecrets(renderServices(services), this.secrets);
    for (const setup of setups) {
      await this.install(setup);
      const names = commandsOf(setup.handlers).filter(([program]) => program === '/etc/kvm/names/put');
      for (const command of names) await this.run(setup.machine, command.join(' '));
    }
    return setups;
  }
}
