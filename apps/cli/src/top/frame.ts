import { type DiskUse, type History, type Sample, volumeLabel } from '@kvm/monitor';
import { fit } from './cells.ts';
import { renderGuestPage } from './guest-page.ts';
import { renderHeader } from './header.ts';
import { renderHelp } from './help.ts';
import type { Style } from './style.ts';
import { layOut, type TableLayout } from './table-layout.ts';
import { diskRow, guestRow, headingRow } from './table-rows.ts';
import { shownGuests, type View } from './view.ts';

/** All that a picture is made of. */
export interface Scene {
  readonly sample: Sample;
  readonly history: History;
  readonly view: View;
  readonly style: Style;
}

/** In characters. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A screen full, never more lines than its height, none longer than its width. */
export function renderScreen(scene: Scene, { width, height }: Size): string[] {
  const { sample, view, style } = scene;
  const room = Math.max(0, height - 1);
  const footer = style.paint.inverse(fit(footerOf(view), width));
  if (view.page === 'help') return fill(renderHelp(width), height);
  const header = renderHeader(sample, view, width, style);
  const size = { width, height: Math.max(0, room - header.length) };
  const body = view.page === 'guest' ? guestPage(scene, width) : guestTable(scene, size);
  return [...fill([...header, ...body], room), footer].slice(0, height);
}

const fill = (lines: readonly string[], height: number): string[] =>
  Array.from({ length: height }, (_, row) => lines[row] ?? '');

/** The whole picture for a file or a pipe: every guest, as long as it gets, without keys. */
export function renderPage(scene: Scene, width: number): string[] {
  const { sample, view, style } = scene;
  const header = renderHeader(sample, view, width, style);
  return [...header, ...guestTable(scene, { width, height: Number.POSITIVE_INFINITY })].map((line) => line.trimEnd());
}

/** How many guests a step of PgUp and PgDn is. */
export const pageSizeOf = ({ height }: Size): number => Math.max(1, Math.floor(height / 2));

function footerOf({ typing, filter }: View): string {
  if (typing) return `Filter: ${filter}_   Enter keeps it, Esc ends it`;
  return 'F1 Help  Enter Guest  F4 Filter  F5 Volumes  F6 Sort  Z Pause  +- Time  q Quit';
}

function guestPage({ sample, history, view, style }: Scene, width: number): string[] {
  const guests = shownGuests(sample, view);
  const guest = guests.find(({ name }) => name === view.selected) ?? guests[0];
  return guest === undefined ? [] : renderGuestPage(guest, history, width, style);
}

function guestTable({ sample, history, view, style }: Scene, { width, height }: Size): string[] {
  const guests = shownGuests(sample, view);
  const layout = layOut(guests, width, view.sort);
  const interactive = Number.isFinite(height);
  const selected = interactive ? (guests.find(({ name }) => name === view.selected) ?? guests[0]) : undefined;
  let cursor = 0;
  const lines: string[] = [];
  for (const guest of guests) {
    if (guest === selected) cursor = lines.length;
    lines.push(guestRow(guest, { selected: guest === selected, sort: view.sort, history }, layout, style));
    for (const volume of shownDisks(guest.volumes, view))
      lines.push(diskRow(volumeLabel(volume, guest), volume, layout, style));
  }
  lines.push(...hostDisks(sample, view, layout, style));
  return [style.paint.bold(headingRow(layout)), ...windowAround(cursor, lines, height - 1)];
}

function hostDisks(sample: Sample, view: View, layout: TableLayout, style: Style): string[] {
  const disks = view.filter === '' ? shownDisks(sample.disks, view) : [];
  if (disks.length === 0) return [];
  const title = style.paint.dim(fit("       the host's disks", layout.width));
  return [title, ...disks.map((disk) => diskRow(disk.name, disk, layout, style))];
}

function shownDisks(disks: readonly DiskUse[], { volumes }: View): readonly DiskUse[] {
  if (volumes === 'none') return [];
  return volumes === 'all'
    ? disks
    : disks.filter((disk) => disk.queueLength > 0 || disk.readsPerSecond + disk.writesPerSecond > 0);
}

/** As many of the lines as fit, with the cursor's among them. */
function windowAround(cursor: number, lines: readonly string[], height: number): readonly string[] {
  if (lines.length <= height) return lines;
  const start = Math.max(0, Math.min(cursor - Math.floor(height / 2), lines.length - height));
  return lines.slice(start, start + height);
}
