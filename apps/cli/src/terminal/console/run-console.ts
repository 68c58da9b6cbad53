import { findDomain } from '@kvm/host/run';
import { type ConnectionChoice, openConnection } from '../../hosts/connection.ts';
import { CliError } from '../../output/cli-error.ts';
import type { Session } from '../../session.ts';
import { GuestScreen } from './guest-screen.ts';
import { GuestSize } from './guest-size.ts';
import { JoinedConsole } from './joined-console.ts';
import { RawTerminal } from './raw-terminal.ts';

export interface ConsoleChoice extends ConnectionChoice {
  /** Takes the console over from another client. */
  readonly force?: boolean;
}

/** Joins this terminal and a guest's console until Ctrl+] is pressed. */
export async function runConsole(session: Session, guest: string, choice: ConsoleChoice): Promise<void> {
  const { stdin, stdout } = process;
  if (!stdin.isTTY) {
    const message = 'a console needs a terminal, and standard input is none. `ssh -t` and script(1) make one.';
    throw new CliError('no-terminal', message);
  }
  await using connection = await openConnection(session, choice, { reconnect: true });
  const domain = await findDomain(connection, guest);
  const left = new AbortController();
  const { signal } = left;
  await using events = await connection.events(['lifecycle', 'agent', 'reconnected'], { domain, signal });
  using screen = new GuestScreen(session, () => stdin.setRawMode(false));
  const joined = new JoinedConsole({ session, screen }, domain, { force: choice.force ?? false, signal });
  const size = new GuestSize(domain);
  const follow = (): void => {
    if (stdout.isTTY) void size.follow({ columns: stdout.columns, rows: stdout.rows });
  };
  using _terminal = new RawTerminal(stdin, {
    keys: (bytes) => joined.type(bytes),
    leave: () => left.abort(),
  });
  stdout.on('resize', follow);
  try {
    follow();
    await joined.run(events, follow);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    stdout.off('resize', follow);
  }
}
