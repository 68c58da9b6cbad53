/** The answer to `guest-exec-status` (qemu-ga-ref(7)), as far as it is used. */
export interface ExecStatus {
  readonly exited: boolean;
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Whether the agent has left out some of the output. */
  readonly truncated: boolean;
}

/** An agent's program is the guest's: its answers are judged as any stranger's text. */
export class AgentAnswerError extends Error {
  override readonly name = 'AgentAnswerError';
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The `return` of an answer. @throws AgentAnswerError */
function returned(answer: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(answer);
  } catch {
    throw new AgentAnswerError('it is no JSON');
  }
  if (!isFields(value) || !isFields(value.return)) throw new AgentAnswerError('it returns no object');
  return value.return;
}

/** The process of a program that was started. @throws AgentAnswerError */
export function readPid(answer: string): number {
  const { pid } = returned(answer);
  if (!isWhole(pid)) throw new AgentAnswerError('its pid is no number');
  return pid;
}

/** How far a program is. @throws AgentAnswerError */
export function readExecStatus(answer: string): ExecStatus {
  const { exited, exitcode, signal, ...fields } = returned(answer);
  if (typeof exited !== 'boolean') throw new AgentAnswerError('it does not say whether the program has exited');
  if (![exitcode, signal].every((each) => each === undefined || isWhole(each)))
    throw new AgentAnswerError('its exit code is no number');
  // No exit code, when a signal ended it; and neither of one that runs.
  const ended = isWhole(exitcode) ? exitcode : isWhole(signal) ? 128 + signal : undefined;
  if (exited && ended === undefined) throw new AgentAnswerError('it has exited without an exit code');
  return {
    exited,
    exitCode: ended ?? 128,
    stdout: decode(fields['out-data']),
    stderr: decode(fields['err-data']),
    truncated: fields['out-truncated'] === true || fields['err-truncated'] === true,
  };
}

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function decode(data: unknown): string {
  if (data === undefined) return '';
  if (typeof data !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(data))
    throw new AgentAnswerError('its output is no base64');
  return Buffer.from(data, 'base64').toString();
}
