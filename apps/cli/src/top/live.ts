import type { ReadStream, WriteStream } from 'node:tty';
import { History, type Reading, type Roster, type Sample, samplesOf } from '@kvm/monitor';
import { Pace } from '@kvm/monitor/run';
import type { Session } from '../session.ts';
import { fit } from './cells.ts';
import { pageSizeOf, renderScreen } from './frame.ts';
import { type Key, press } from './press.ts';
import { Screen } from './screen.ts';
import { styleOf } from './show.ts';
import { firstView, shownGuests, type View } from './view.ts';

/** Where the readings come from, told how the person at the keys wants them. */
export type ReadingSource = (pace: Pace, view: () => View) => AsyncIterable<Reading>;

/** Shows samples on the terminal's other screen until somebody quits. */
export async function showLive(
  session: Session,
  source: ReadingSource,
  options: { readonly roster: Roster | undefined; readonly intervalSeconds: number },
): Promise<void> {
  const style = styleOf(session);
  const pace = new Pace();
  const history = new History();
  let view = firstView(options.intervalSeconds);
  let sample: Sample | undefined;
  let quit = (): void => undefined;
  const quitting = new Promise<void>((resolve) => {
    quit = resolve;
  });
  const draw = (): void => {
    const { size } = screen;
    const waiting = [fit('kvmctl top: measuring. q quits.', size.width)];
    screen.draw(sample ? renderScreen({ sample, history, view, style }, size) : waiting);
  };
  const onKey = (key: Key): void => {
    const guests = sample ? shownGuests(sample, view).map(({ name }) => name) : [];
    const result = press(view, key, { guests, pageSize: pageSizeOf(screen.size) });
    if (result === 'quit') quit();
    else if (result === 'suspend') screen.suspend();
    else if (result === 'redraw') screen.forget();
    else view = result;
    if (result === 'quit' || result === 'suspend') return;
    pace.reconsider();
    draw();
  };
  using screen = new Screen(
    {
      input: process.stdin as ReadStream,
      output: process.stdout as WriteStream,
      clean: (line) => session.out.drawn(line),
    },
    { key: onKey, resize: draw },
  );
  const watch = async (): Promise<void> => {
    for await (const next of samplesOf(
      source(pace, () => view),
      options.roster,
    )) {
      sample = next;
      history.add(next);
      draw();
    }
    view = { ...view, ended: true };
    draw();
    await quitting;
  };
  draw();
  // Who quits does not wait for a libvirtd that does not answer.
  await Promise.race([watch(), quitting]);
  pace.stop();
}
