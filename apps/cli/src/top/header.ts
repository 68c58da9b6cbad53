import { formatShort, measures, type Sample } from '@kvm/monitor';
import { counted } from '../output/words.ts';
import { fit } from './cells.ts';
import type { Style } from './style.ts';
import type { View } from './view.ts';

/** The lines above the table: what is seen, the host, who is the bottleneck, what could not be read. */
export function renderHeader(sample: Sample, view: View, width: number, style: Style): string[] {
  const { paint } = style;
  return [
    paint.inverse(fit(` ${titleOf(sample, view)}`, width)),
    ...hostLines(sample, width, style),
    ...bottleneckLines(sample, width, style),
    ...sample.problems.flatMap((problem) => wrap(`! ${problem}`, width).map((line) => paint.yellow(fit(line, width)))),
  ];
}

function titleOf({ time, host, guests }: Sample, view: View): string {
  const running = guests.filter(({ state }) => state === 'running').length;
  const known = guests.some(({ state }) => state !== 'unknown');
  const order = view.sort in measures ? measures[view.sort as keyof typeof measures].heading : view.sort.toUpperCase();
  return [
    `kvmctl top${host ? ` on ${host.name}` : ''}`,
    new Date(time).toTimeString().slice(0, 8),
    view.ended ? 'END' : view.paused ? 'PAUSED' : `every ${view.intervalSeconds} s`,
    `${counted(guests.length, 'guest')}${known ? `, ${running} running` : ''}`,
    `by ${order}${view.inverted ? ', inverted' : ''}`,
    ...(view.filter === '' ? [] : [`with "${view.filter}"`]),
  ].join('  ');
}

/** A problem takes two lines at most: the table matters more, and `--json` has it whole. */
function wrap(text: string, width: number): string[] {
  const line = text.replace(/\s+/g, ' ');
  const cut = line.length <= width ? line.length : line.lastIndexOf(' ', width);
  const end = cut > 0 ? cut : width;
  const rest = line.slice(end).trim();
  return rest === '' ? [line] : [line.slice(0, end), `  ${rest}`];
}

function hostLines({ host }: Sample, width: number, { paint }: Style): string[] {
  if (host === null) return [];
  const half = Math.floor((width - 2) / 2);
  const cpu = meter(counted(host.cpus, 'CPU'), host.cpuPercent / 100, `${host.cpuPercent.toFixed(1)}%`, half);
  const memory = `${formatShort(host.memoryUsedBytes)}/${formatShort(host.memoryBytes)}`;
  const mem = meter('Mem', host.memoryUsedBytes / Math.max(1, host.memoryBytes), memory, width - half - 2);
  return [paint.green(fit(`${cpu}  ${mem}`, width))];
}

/** `2 CPUs [||||||      23.4%]` */
function meter(label: string, part: number, text: string, width: number): string {
  const inner = Math.max(0, width - label.length - 3);
  const bars = '|'.repeat(Math.round(inner * Math.min(1, Math.max(0, part))));
  const line = fit(bars, Math.max(0, inner - text.length)) + text;
  return fit(`${label} [${fit(line, inner)}]`, width);
}

function bottleneckLines({ bottleneck }: Sample, width: number, { paint }: Style): string[] {
  if (bottleneck === null) return [paint.dim(fit('no guest reads, writes or computes', width)), ''];
  const label = bottleneck.tight ? 'BOTTLENECK' : 'busiest';
  const line = (before: string, text: string): string => fit(`${before.padEnd(10)}  ${text}`, width);
  const lines = [line(label, bottleneck.what), line('', bottleneck.why)];
  return bottleneck.tight ? lines.map((each) => paint.bold(paint.red(each))) : lines;
}
