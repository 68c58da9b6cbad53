import { resolve } from 'node:path';
import { parseXml } from '@kvm/domain-xml';
import { domainVmid } from '@kvm/host';
import { type ListenAddress, parseRecording, type Reading, type Roster, type Sample, samplesOf } from '@kvm/monitor';
import { liveReadings, Pace, Reader, recordReadings, replayedReadings, serveMetrics } from '@kvm/monitor/run';
import { type ConnectionChoice, isLocal, openConnection } from '../hosts/connection.ts';
import { inputName, readInput } from '../input/read-input.ts';
import type { Session } from '../session.ts';
import { type ReadingSource, showLive } from './live.ts';
import { readRoster } from './roster.ts';
import { showAsJson, showAsPages } from './show.ts';

/** How long a libvirtd may take to answer before it counts as away. */
const answerMs = 10_000;

export interface TopOptions extends ConnectionChoice {
  readonly interval: number;
  readonly once?: boolean;
  readonly json?: boolean;
  readonly record?: string;
  readonly replay?: string;
  readonly prometheus?: ListenAddress;
}

/** @param named whether `--inventory` was given */
export async function runTop(session: Session, options: TopOptions, named: boolean): Promise<void> {
  if (options.replay !== undefined) return replay(session, options, options.replay);
  const roster = await readRoster(session, named);
  const notes = roster ? [] : [`no ${session.inventory}: guests are libvirt's, and volumes named GUEST.DISK`];
  const libvirtd = {
    open: () => openConnection(session, options, { timeoutMs: answerMs }),
    local: await isLocal(session, options),
    vmidOf: (xml: string) => domainVmid(parseXml(xml)),
  };
  await using reader = new Reader(libvirtd, notes);
  if (options.prometheus !== undefined) {
    const server = await serveMetrics(options.prometheus, { reader, roster });
    session.say(`metrics are at ${server.url}`);
    return await server.closed;
  }
  const record = (readings: AsyncIterable<Reading>): AsyncIterable<Reading> =>
    options.record === undefined ? readings : recordReadings(readings, recordingFile(session, options.record, roster));
  if (isInteractive(session, options)) {
    const source: ReadingSource = (pace, view) =>
      record(
        liveReadings(reader, pace, () => (view().paused ? Number.POSITIVE_INFINITY : view().intervalSeconds * 1000)),
      );
    return await showLive(session, source, { roster, intervalSeconds: options.interval });
  }
  const samples = samplesOf(record(liveReadings(reader, new Pace(), () => options.interval * 1000)), roster);
  await show(session, options.once ? first(samples) : samples, options);
}

async function replay(session: Session, options: TopOptions, file: string): Promise<void> {
  const { roster, readings } = await parseRecording(readInput(session, file), inputName(file));
  if (isInteractive(session, options) && file !== '-') {
    const source: ReadingSource = (pace, view) => replayedReadings(readings, pace, () => view().paused);
    return showLive(session, source, { roster, intervalSeconds: options.interval });
  }
  await show(session, samplesOf(readings, roster), options);
}

const isInteractive = ({ io, out }: Session, { once, json }: TopOptions): boolean =>
  out.isTerminal && io.env.TERM !== 'dumb' && !once && !json;

const recordingFile = ({ io }: Session, file: string, roster: Roster | undefined) => ({
  path: resolve(io.cwd, file),
  name: file,
  roster,
});

async function* first(samples: AsyncIterable<Sample>): AsyncGenerator<Sample, void, undefined> {
  for await (const sample of samples) {
    yield sample;
    return;
  }
}

/** All samples, or with `--once` only the last. */
async function show(
  session: Session,
  samples: AsyncIterable<Sample>,
  { once, json, interval }: TopOptions,
): Promise<void> {
  if (!json) return showAsPages(session, samples, { intervalSeconds: interval, onlyLast: Boolean(once) });
  await showAsJson(session, once ? last(samples) : samples);
}

async function* last(samples: AsyncIterable<Sample>): AsyncGenerator<Sample, void, undefined> {
  let latest: Sample | undefined;
  for await (const sample of samples) latest = sample;
  if (latest !== undefined) yield latest;
}
