import { writeAll } from '../io.ts';
import { renderJsonLine } from '../printable.ts';
import type { Session } from '../session.ts';
import { renderPage, type Scene } from './frame.ts';
import { History } from './history.ts';
import type { Sample } from './sample.ts';
import { isAsciiLocale, type Style } from './style.ts';
import { firstView } from './view.ts';

export const styleOf = ({ io, paint }: Session): Style => ({ paint, ascii: isAsciiLocale(io.env) });

/** A line of JSON a sample. */
export async function showAsJson({ io }: Session, samples: AsyncIterable<Sample>): Promise<void> {
  for await (const sample of samples) await writeAll(io.stdout, renderJsonLine(sample));
}

/** A page a sample, for pipes, files, and terminals that know no more than paper; or only one page, of the last sample. */
export async function showAsPages(
  session: Session,
  samples: AsyncIterable<Sample>,
  { intervalSeconds, onlyLast }: { readonly intervalSeconds: number; readonly onlyLast: boolean },
): Promise<void> {
  const { io } = session;
  const history = new History();
  const view = firstView(intervalSeconds);
  const page = (sample: Sample): string => {
    const scene: Scene = { sample, history, view, style: styleOf(session) };
    return `${renderPage(scene, io.stdout.columns || 80).join('\n')}\n`;
  };
  let last: Sample | undefined;
  for await (const sample of samples) {
    history.add(sample);
    if (!onlyLast) await writeAll(io.stdout, `${last === undefined ? '' : '\n'}${page(sample)}`);
    last = sample;
  }
  if (onlyLast && last !== undefined) await writeAll(io.stdout, page(last));
}
