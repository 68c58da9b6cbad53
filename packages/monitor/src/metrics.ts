import type { DiskCounters } from '@kvm/iostat-parse';
import { guestDisks } from './guest-disks.ts';
import type { DomainReading, Reading, Roster } from './reading.ts';
import { volumeLabel } from './volume-label.ts';

type Labels = { readonly [name in string]: string };
type Value = readonly [labels: Labels, value: number];

/** A family of the exposition format: https://prometheus.io/docs/instrumenting/exposition_formats/. */
interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly values: readonly Value[];
}

/**
 * A reading as Prometheus wants it: counters since their start, in seconds and bytes, whose rates it computes itself.
 *
 * ```text
 * # HELP kvm_guest_disk_written_bytes_total Bytes written to a disk of a guest.
 * # TYPE kvm_guest_disk_written_bytes_total counter
 * kvm_guest_disk_written_bytes_total{guest="db",disk="root",device="vg-db.root"} 60433191936
 * ```
 */
export function renderMetrics(reading: Reading, roster?: Roster): string {
  return [...libvirtFamilies(reading, roster), ...diskFamilies(reading, roster), ...hostFamilies(reading)]
    .filter(({ values }) => values.length > 0)
    .map(renderFamily)
    .join('');
}

function renderFamily({ name, type, help, values }: Family): string {
  const lines = values.map(([labels, value]) => `${name}${renderLabels(labels)} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function renderLabels(labels: Labels): string {
  const escaped = (text: string): string => text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n');
  const pairs = Object.entries(labels).map(([name, text]) => `${name}="${escaped(text)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

const counter = (name: string, help: string, values: readonly Value[]): Family => ({
  ...{ name, type: 'counter', help, values },
});
const gauge = (name: string, help: string, values: readonly Value[]): Family => ({
  ...{ name, type: 'gauge', help, values },
});

function libvirtFamilies({ domains }: Reading, roster: Roster | undefined): Family[] {
  const vmids = new Map(roster?.guests.map(({ name, vmid }) => [name, vmid]));
  const up = gauge('kvm_libvirt_up', 'Whether libvirtd answers.', [[{}, domains === undefined ? 0 : 1]]);
  if (domains === undefined) return [up];
  const running = domains.filter(({ state }) => state !== 'shutoff');
  const each = (from: readonly DomainReading[], value: (domain: DomainReading) => number): Value[] =>
    from.map((domain) => [{ guest: domain.name }, value(domain)]);
  const info = domains.map(({ name, uuid, vmid }): Value => {
    const number = vmids.get(name) ?? vmid;
    return [{ guest: name, uuid, vmid: number === null ? '' : String(number) }, 1];
  });
  return [
    up,
    gauge('kvm_guest_info', 'A guest that libvirt knows, and its VMID.', info),
    gauge(
      'kvm_guest_running',
      'Whether the guest runs.',
      each(domains, ({ state }) => Number(state === 'running')),
    ),
    counter(
      'kvm_guest_cpu_seconds_total',
      'Processor time of the host that the guest took.',
      each(running, ({ cpuTimeNs }) => cpuTimeNs / 1e9),
    ),
    gauge(
      'kvm_guest_vcpus',
      'Processors of the guest.',
      each(running, ({ vcpus }) => vcpus),
    ),
    gauge(
      'kvm_guest_memory_bytes',
      'Memory that the guest may use.',
      each(running, ({ memoryBytes }) => memoryBytes),
    ),
    gauge(
      'kvm_guest_memory_resident_bytes',
      "What the guest takes of the host's memory.",
      each(running, ({ residentBytes }) => residentBytes),
    ),
    ...networkFamilies(running),
  ];
}

function networkFamilies(domains: readonly DomainReading[]): Family[] {
  const each = (value: (stats: DomainReading['interfaces'][number]) => number): Value[] =>
    domains.flatMap(({ name: guest, interfaces }) =>
      interfaces.map((stats): Value => [{ guest, device: stats.name }, value(stats)]),
    );
  const family = (what: string, help: string, value: Parameters<typeof each>[0]): Family =>
    counter(`kvm_guest_network_${what}_total`, help, each(value));
  return [
    family('receive_bytes', 'Bytes that the guest received.', ({ receivedBytes }) => receivedBytes),
    family('receive_packets', 'Packets that the guest received.', ({ receivedPackets }) => receivedPackets),
    family('transmit_bytes', 'Bytes that the guest sent.', ({ sentBytes }) => sentBytes),
    family('transmit_packets', 'Packets that the guest sent.', ({ sentPackets }) => sentPackets),
  ];
}

function diskFamilies(reading: Reading, roster: Roster | undefined): Family[] {
  const { byGuest } = guestDisks(reading, roster);
  const disks = [...byGuest].flatMap(([name, own]) => own.map((disk) => ({ guest: name, disk })));
  const each = (value: (counters: DiskCounters) => number, from = disks): Value[] =>
    from.map(({ guest, disk }) => [
      { guest, disk: volumeLabel(disk, { name: guest }), device: disk.device },
      value(disk.counters),
    ]);
  const family = (what: string, help: string, value: (counters: DiskCounters) => number): Family =>
    counter(`kvm_guest_disk_${what}_total`, help, each(value));
  const inKernel = disks.filter(({ disk }) => disk.countedBy === 'kernel');
  return [
    family('read_bytes', 'Bytes read from a disk of a guest.', ({ readBytes }) => readBytes),
    family('written_bytes', 'Bytes written to a disk of a guest.', ({ writeBytes }) => writeBytes),
    family('reads', 'Reads of a disk of a guest.', ({ reads }) => reads),
    family('writes', 'Writes to a disk of a guest.', ({ writes }) => writes),
    family('read_seconds', 'Time that reads took, added up.', ({ readMs }) => readMs / 1000),
    family('write_seconds', 'Time that writes took, added up.', ({ writeMs }) => writeMs / 1000),
    family('queue_seconds', 'Time that requests were under way, added up.', ({ queueMs }) => queueMs / 1000),
    counter(
      'kvm_guest_disk_busy_seconds_total',
      'Time in which at least one request was under way.',
      each(({ busyMs }) => busyMs / 1000, inKernel),
    ),
  ];
}

/** What node_exporter has is left to it, but for the two that guests are measured by. */
function hostFamilies({ host }: Reading): Family[] {
  if (host === undefined) return [];
  return [
    gauge('kvm_host_cpus', 'Processors of the host.', [[{}, host.cpus]]),
    gauge('kvm_host_memory_bytes', 'Memory of the host.', [[{}, host.memoryBytes]]),
  ];
}
