import { domainReading, readingAt, roster, serverRoom } from '@kvm/ci/server-room';
import { expect, test } from 'vitest';
import { renderMetrics } from './metrics.ts';
import type { Reading } from './reading.ts';

interface Family {
  readonly type: string;
  readonly help: string;
  readonly series: Map<string, number>;
}

/** Reads the text format strictly: https://prometheus.io/docs/instrumenting/exposition_formats/. */
function parseMetrics(text: string): Map<string, Family> {
  const families = new Map<string, Family>();
  let name = '';
  let help = '';
  for (const line of text.replace(/\n$/, '').split('\n')) {
    const head = /^# (HELP|TYPE) ([a-z_]+) (.+)$/.exec(line);
    if (head?.[1] === 'HELP') {
      [, , name = '', help = ''] = head;
      if (families.has(name)) throw new Error(`${name} is there twice`);
    } else if (head?.[1] === 'TYPE') {
      if (head[2] !== name) throw new Error(`${line} does not follow its HELP`);
      families.set(name, { type: head[3] ?? '', help, series: new Map() });
    } else addSeries(line, name, families.get(name));
  }
  return families;
}

function addSeries(line: string, name: string, family: Family | undefined): void {
  const label = '[a-z_]+="(?:[^"\\\\\\n]|\\\\[\\\\"n])*"';
  const [, labels = '', value] = new RegExp(`^${name}(\\{${label}(?:,${label})*\\})? (\\S+)$`).exec(line) ?? [];
  if (family === undefined || value === undefined) throw new Error(`${line} is no series of ${name}`);
  if (family.series.has(labels)) throw new Error(`${line} is there twice`);
  family.series.set(labels, Number(value));
}

const full = parseMetrics(renderMetrics(serverRoom(100), roster));

test('names, units and types are what Prometheus recommends', () => {
  for (const [name, { type, help, series }] of full) {
    expect(name).toMatch(/^kvm_[a-z_]+$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
    expect(name).not.toMatch(/_(ms|ns|kb|kib|mb|percent|milliseconds)(_|$)/);
    expect(name).toMatch(/(_bytes|_seconds|_packets|_reads|_writes)_total$|_(bytes|info|running|up|vcpus|cpus)$/);
    expect(help).toMatch(/^[A-Z].*\.$/);
    for (const value of series.values()) expect(value).toBeGreaterThanOrEqual(0);
  }
});

test('the counters of the server room', () => {
  const value = (name: string, labels: string) => full.get(name)?.series.get(labels);
  const db = '{guest="db",disk="root",device="vg-db.root"}';
  expect(value('kvm_guest_disk_written_bytes_total', db)).toBeCloseTo(29.85 * 1024 * 100);
  expect(value('kvm_guest_disk_writes_total', db)).toBe(7400);
  expect(value('kvm_guest_disk_busy_seconds_total', db)).toBe(97);
  expect(value('kvm_guest_disk_queue_seconds_total', db)).toBe(310);
  expect(value('kvm_guest_cpu_seconds_total', '{guest="db"}')).toBe(12.5);
  expect(value('kvm_guest_network_transmit_bytes_total', '{guest="db",device="tun61"}')).toBe(600 * 1024 * 100);
  expect(value('kvm_guest_info', '{guest="db",uuid="uuid of db",vmid="61"}')).toBe(1);
  expect(value('kvm_guest_running', '{guest="private"}')).toBe(0);
  expect(full.get('kvm_guest_memory_resident_bytes')?.series.size).toBe(4);
});

test('without libvirt it says so, and has the disks', () => {
  const { domains: _, ...reading } = serverRoom(100);
  const families = parseMetrics(renderMetrics(reading, roster));
  expect(families.get('kvm_libvirt_up')?.series.get('')).toBe(0);
  expect(families.has('kvm_guest_info')).toBe(false);
  expect(families.get('kvm_guest_disk_writes_total')?.series.size).toBe(4);
});

test('strange names, and disks whose files are called alike, keep their series apart', () => {
  const counted = {
    readBytes: 1,
    readRequests: 1,
    writtenBytes: 1,
    writeRequests: 1,
    readNs: 1,
    writeNs: 1,
    flushNs: 1,
  };
  const disks = ['vda', 'vdb'].map((target) => ({ target, path: `/images/${target}/disk.img`, ...counted }));
  const names = ['a"b\\c\nd} 1', '日本'];
  const reading: Reading = readingAt(1, { domains: names.map((name) => domainReading(name, { disks })) });
  const series = parseMetrics(renderMetrics(reading, undefined)).get('kvm_guest_disk_reads_total')?.series;
  expect([...(series?.keys() ?? [])]).toEqual([
    '{guest="a\\"b\\\\c\\nd} 1",disk="disk.img",device="vda"}',
    '{guest="a\\"b\\\\c\\nd} 1",disk="disk.img",device="vdb"}',
    '{guest="日本",disk="disk.img",device="vda"}',
    '{guest="日本",disk="disk.img",device="vdb"}',
  ]);
});
