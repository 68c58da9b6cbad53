import { type IostatChunk, type IostatOptions, IostatParser } from './parser.ts';
import type { IostatReport } from './report.ts';

/**
 * All reports of iostat's output, text or `-o JSON`, of sysstat 7 to 12.7.
 *
 * @throws IostatError at the first thing that iostat does not print, unless `onWarning` is given.
 */
export function parseIostat(text: IostatChunk, options?: IostatOptions): IostatReport[] {
  const parser = new IostatParser(options);
  return [...parser.push(text), ...parser.end()];
}

/**
 * The reports of a stream, each as soon as its end is seen: the first when the second begins, the others at once.
 *
 * @throws IostatError as {@link parseIostat}; what the stream throws comes through.
 */
export async function* parseIostatStream(
  chunks: AsyncIterable<IostatChunk> | Iterable<IostatChunk>,
  options?: IostatOptions,
): AsyncGenerator<IostatReport, void, undefined> {
  const parser = new IostatParser(options);
  for await (const chunk of chunks) {
    for (const piece of pieces(chunk)) for (const report of parser.push(piece)) yield report;
  }
  yield* parser.end();
}

/** About a report of a host with twenty disks. */
const pieceLength = 4096;

/** Of many reports in one chunk, only those of a piece are held at a time: what lives shortest costs V8 the least memory. */
function* pieces(chunk: IostatChunk): Iterable<IostatChunk> {
  if (typeof chunk === 'string') yield chunk;
  else for (let at = 0; at < chunk.length; at += pieceLength) yield chunk.subarray(at, at + pieceLength);
}

/** The two methods of a web standard `Transformer`, so that no library's types are needed here. */
export interface IostatTransformer {
  transform(chunk: IostatChunk, controller: { enqueue(report: IostatReport): void }): void;
  flush(controller: { enqueue(report: IostatReport): void }): void;
}

/** For the web's streams: `stream.pipeThrough(new TransformStream(iostatTransformer()))`. An error makes the stream fail. */
export function iostatTransformer(options?: IostatOptions): IostatTransformer {
  const parser = new IostatParser(options);
  return {
    transform(chunk, controller) {
      for (const report of parser.push(chunk)) controller.enqueue(report);
    },
    flush(controller) {
      for (const report of parser.end()) controller.enqueue(report);
    },
  };
}
