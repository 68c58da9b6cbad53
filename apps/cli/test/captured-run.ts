import { run } from '../src/run.ts';

export interface CapturedRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunSettings {
  readonly stdin?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Partial<Record<string, string>>>;
  /** Width of the terminal that both outputs are; pipes when absent. */
  readonly terminal?: number;
}

/** Runs kvmctl in this process. */
export async function capturedRun(argv: readonly string[], settings: RunSettings = {}): Promise<CapturedRun> {
  const texts = { stdout: '', stderr: '' };
  const output = (name: keyof typeof texts) => ({
    write: (data: string | Uint8Array) => {
      texts[name] += data.toString();
    },
    isTTY: settings.terminal !== undefined,
    columns: settings.terminal,
  });
  const exitCode = await run(argv, {
    stdout: output('stdout'),
    stderr: output('stderr'),
    stdin: (async function* () {
      yield Buffer.from(settings.stdin ?? '');
    })(),
    cwd: settings.cwd ?? '/nonexistent',
    env: settings.env ?? {},
  });
  return { exitCode, ...texts };
}

/** Two guests and a machine, enough for most. */
export const smallInventory = `host: { name: management, address: 192.168.100.1/24 }
machines: { hoge: 192.168.100.2 }
guests:
  db: { vmid: 61, autostart: { order: 10, delay: 30 s } }
  public: { vmid: 65 }
`;
