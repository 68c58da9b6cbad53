import { expect, test } from 'vitest';

/** As `@kvm/command` has it, of which this folder knows nothing. */
type RunProgram = (
  command: readonly [string, ...string[]],
  input?: string,
  options?: { readonly seconds?: number; readonly maxBytes?: number; readonly signal?: AbortSignal },
) => Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string }>;

/** What holds wherever programs are run: here, in a namespace, over ssh. @param opened gives the way there, once it is open */
export function programContract(opened: () => RunProgram): void {
  const run: RunProgram = (...words) => opened()(...words);

  test('output, complaints and exit code come back', async () => {
    expect(await run(['sh', '-c', 'echo out; echo err >&2; exit 7'])).toEqual({
      exitCode: 7,
      stdout: 'out\n',
      stderr: 'err\n',
    });
  });

  test('input arrives whole, also a long one', async () => {
    const input = `${'x'.repeat(1_000_000)}\u{1f600}\n`;
    expect((await run(['cat'], input)).stdout).toBe(input);
    expect((await run(['wc', '-c'])).stdout).toBe('0\n');
  });

  test('words arrive as they are', async () => {
    const words = ['', "it's", '$(id)', '`id`', 'a  b', '"', '\\', '*', 'line\nfeed', '~', ';', '\u{1f600}'];
    expect((await run(['printf', '%s\\0', ...words])).stdout.split('\0').slice(0, -1)).toEqual(words);
  });

  test('the environment is the fixed one', async () => {
    const { stdout } = await run(['sh', '-c', 'echo "$PATH|$LC_ALL|$TZ|$LVM_SUPPRESS_FD_WARNINGS|$LD_PRELOAD"']);
    expect(stdout).toBe('/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin|C|UTC|1|\n');
  });

  test('a program that is not there ends with 127', async () => {
    expect((await run(['kvm-is-not-there'])).exitCode).toBe(127);
  });

  test('a program that is killed fails', async () => {
    expect((await run(['sh', '-c', 'kill -KILL $$; sleep 1'])).exitCode).toBeGreaterThan(127);
  });

  test('time and output have limits', async () => {
    expect(await run(['sleep', '1000'], '', { seconds: 0.5 })).toMatchObject({
      exitCode: 128,
      stderr: expect.stringContaining('it took longer than 0.5 s'),
    });
    expect(await run(['yes'], '', { maxBytes: 10_000 })).toMatchObject({ exitCode: 128 });
    expect(await run(['sleep', '1000'], '', { signal: AbortSignal.abort() })).toMatchObject({ exitCode: 128 });
  });

  test('many run side by side', async () => {
    const results = await Promise.all([...Array(8).keys()].map((index) => run(['echo', String(index)])));
    expect(results.map(({ stdout }) => stdout.trim())).toEqual([...Array(8).keys()].map(String));
  });
}
