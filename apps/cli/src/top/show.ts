import { History, type Sample } from '@kvm/monitor';
import type { Session } from '../session.ts';
import { renderPage, type Scene } from './frame.ts';
import { isAsciiLocale, type Style } from './style.ts';
import { firstView } from './view.ts';

export const styleOf = ({ io, paint }: Session): Style => ({ paint, ascii: isAsciiLocale(io.env) });

/** A line of JSON a sample. */
export async function showAsJson({ out }: Session, samples: AsyncIterable<Sample>): Promise<void> {
  for await (const sample of samples) {
    out.jsonLine(sample);
    await out.drained();
  }
}

/** A page a sample, for pipes, files, and terminals that know no more than paper; or only one page, of the last sample. */
export async function showAsPages(
  session: Session,
  samples: AsyncIterable<Sample>,
  { intervalSeconds, onlyLast }: { readonly intervalSeconds: number; readonly onlyLast: boolean },
): Promise<void> {
  const { out } = session;
  const history = new History();
  const view = firstView(intervalSeconds);
  const print = (sample: Sample): Promise<void> => {
    const scene: Scene = { sample, history, view, style: styleOf(session) };
    out.lines(renderPage(scene, out.width || 80));
    return out.drained();
  };
  let last: Sample | undefined;
  for await (const sample of samples) {
    history.add(sample);
    if (!onlyLast) {
      if (last !== undefined) out.lines(['']);
      await print(sample);
    }
    last = sample;
  }
  if (onlyLast && last !== undefined) await print(last);
}
