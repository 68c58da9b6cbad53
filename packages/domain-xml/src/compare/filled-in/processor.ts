import { attributeSize, cellMemory, pluggedMemory, totalMemory } from '../amount.ts';
import { attributeAt, childOf, type Tree } from '../tree.ts';
import { type Addition, isNew, type KnownDefault, wholeNumber } from './known-default.ts';
import { archOf, machineOf } from './machine.ts';

const postParse = 'src/qemu/qemu_domain.c, qemuDomainDefCPUPostParse';
const setDefault = 'src/qemu/qemu_domain.c, qemuDomainDefSetDefaultCPU: the default of QEMU for the machine';
const addedCell = 'src/qemu/qemu_domain.c, qemuDomainDefNumaAutoAdd';
const numa = 'src/conf/numa_conf.c, virDomainNumaDefParseXML';

/** QEMU's default models by architecture. */
const models: Readonly<Record<string, RegExp>> = {
  x86_64: /^qemu64$/,
  i686: /^qemu(?:32|64)$/,
  riscv64: /^rv64$/,
  loongarch64: /^la464$/,
  aarch64: /^cortex-a(?:9|15)$/,
  armv7l: /^cortex-a(?:9|15)$/,
  ppc64: /^POWER(?:7|8|9|10)$/,
  ppc64le: /^POWER(?:7|8|9|10)$/,
  s390x: /^qemu$/,
};

/** Those of machines that have one of their own. */
const machineModels: Readonly<Record<string, RegExp>> = {
  isapc: /^486$/,
  versatilepb: /^arm926$/,
  g3beige: /^(?:g3|750)$/,
  mac99: /^(?:g4|ppc64|970fx)$/,
};

const isDefaultModel = (model: string, present: Tree): boolean =>
  (machineModels[machineOf(present)] ?? models[archOf(present)])?.test(model) ?? false;

const hasModel = (wanted: Tree): boolean => {
  const cpu = childOf(wanted, 'cpu');
  return cpu !== undefined && (cpu.children.has('model') || (cpu.attributes.get('mode') ?? 'custom') !== 'custom');
};

/** The processors: how many, of which model, where they run. */
export const processorDefaults: readonly KnownDefault[] = [
  { path: 'vcpu vcpu.#', value: ['1'], source: 'src/conf/domain_conf.c, virDomainVcpuParse' },
  {
    path: 'vcpu.@placement',
    when: ({ value, wanted }) => value === (isAuto(wanted) ? 'auto' : 'static'),
    source: 'src/conf/domain_conf.c, virDomainVcpuParse',
  },
  {
    path: 'cpu.model cpu.model.#',
    value: /./,
    when: ({ value, wanted, present }) => !hasModel(wanted) && isDefaultModel(value, present),
    source: setDefault,
  },
  // The host's own model, by its name.
  {
    path: 'cpu.model cpu.model.# cpu.vendor cpu.vendor.#',
    value: /./,
    where: 'live',
    when: ({ wanted }) => attributeAt(wanted, 'cpu@mode') === 'host-model',
    source: 'src/qemu/qemu_process.c, qemuProcessUpdateGuestCPU',
  },
  { path: 'cpu.@mode', value: ['custom'], source: 'src/conf/cpu_conf.c, virCPUDefParseXML' },
  {
    path: 'cpu.@mode',
    value: ['host-model', 'host-passthrough'],
    when: ({ wanted, present }) =>
      wanted.attributes.get('type') === 'kvm' && archOf(present) === 's390x' && !hasModel(wanted),
    source: setDefault,
  },
  { path: 'cpu.@match', value: ['exact'], source: 'src/conf/cpu_conf.c, virCPUDefParseXML' },
  {
    path: 'cpu.@check',
    when: ({ value, wanted, present }) => value === defaultCheck(wanted, present),
    source: postParse,
  },
  {
    path: 'cpu.@check',
    value: ['full'],
    where: 'live',
    source: 'src/cpu/cpu_x86.c, virCPUx86UpdateLive',
  },
  {
    path: 'cpu.model.@fallback',
    value: ['forbid'],
    where: 'live',
    source: 'src/cpu/cpu_x86.c, virCPUx86UpdateLive',
  },
  {
    path: 'cpu.@migratable',
    value: ['on', 'off'],
    when: ({ around }) => around.attributes.get('mode') === 'host-passthrough',
    source: postParse,
  },
  {
    path: 'cpu.model.@fallback',
    when: ({ value, wanted }) => value === (hasModel(wanted) ? 'allow' : 'forbid'),
    source: 'src/conf/cpu_conf.c, virCPUDefParseXML; qemuDomainDefSetDefaultCPU',
  },
  { path: 'cpu.topology.@dies', value: ['1'], source: 'src/conf/cpu_conf.c, virCPUDefParseXML' },
  { path: 'cpu.topology.@clusters', value: ['1'], since: '10.1.0', source: 'src/conf/cpu_conf.c, virCPUDefParseXML' },
  { path: 'cpu.feature.@policy', value: ['require'], source: 'src/conf/cpu_conf.c, virCPUDefParseXML' },
  // What QEMU makes of a model is known once it runs, and cannot be changed then.
  { path: 'cpu.feature', where: 'live', source: 'src/qemu/qemu_process.c, qemuProcessUpdateLiveGuestCPU' },
  { path: 'cpu.feature.@name', value: /^[\w.-]+$/, source: 'src/qemu/qemu_process.c, qemuProcessUpdateLiveGuestCPU' },
  {
    path: 'cpu.feature.@policy',
    value: ['require', 'disable'],
    when: ({ around }) => around.attributes.size === 0,
    source: 'src/qemu/qemu_process.c, qemuProcessUpdateLiveGuestCPU',
  },
  { path: 'cpu.numa.cell.@id', value: wholeNumber, source: numa },
  // One cell with all there is, where memory may be plugged and nobody asked for cells.
  { path: 'cpu.numa.cell', when: isOnlyCell, since: '9.6.0', source: addedCell },
  {
    path: 'cpu.numa.cell.@cpus cpu.numa.cell.@memory',
    value: /^[0-9,-]+$/,
    when: isNew,
    since: '9.6.0',
    source: addedCell,
  },
  { path: 'cpu.numa.cell.distances', source: numa },
  { path: 'cpu.numa.cell.distances.sibling', source: numa },
  { path: 'cpu.numa.cell.distances.sibling.@id', value: wholeNumber, source: numa },
  {
    // 10 to itself, 20 to any other, or as the other has said.
    path: 'cpu.numa.cell.distances.sibling.@value',
    value: wholeNumber,
    source: 'src/conf/numa_conf.c, virDomainNumaDefNodeDistanceParseXML',
  },
  {
    path: 'numatune.memory',
    when: ({ wanted }) => attributeAt(wanted, 'vcpu@placement') === 'auto',
    source: 'src/conf/numa_conf.c, virDomainNumatuneSet',
  },
  { path: 'numatune.memory.@mode', value: ['strict'], source: 'src/conf/numa_conf.c, virDomainNumatuneParseXML' },
  {
    path: 'numatune.memory.@placement',
    when: ({ value, wanted }) =>
      value === 'static' || (value === 'auto' && attributeAt(wanted, 'vcpu@placement') === 'auto'),
    source: 'src/conf/numa_conf.c, virDomainNumatuneParseXML',
  },
  {
    path: 'iothreads iothreads.#',
    when: ({ value, wanted }) =>
      Number(value) === (childOf(wanted, 'iothreadids')?.children.get('iothread') ?? []).length && value !== '0',
    value: wholeNumber,
    source: 'src/conf/domain_conf.c, virDomainDefParseIOThreads',
  },
  {
    path: 'iothreadids.iothread',
    when: ({ wanted, element }) =>
      Number(element?.attributes.get('id')) <= Number(childOf(wanted, 'iothreads')?.text ?? 0),
    source: 'src/conf/domain_conf.c, virDomainIOThreadIDDefArrayInit',
  },
  { path: 'iothreadids.iothread.@id', value: wholeNumber, source: 'virDomainIOThreadIDDefArrayInit' },
];

function isOnlyCell({ element, around, wanted, present }: Addition): boolean {
  const [total, plugged] = [totalMemory(wanted), pluggedMemory(wanted)];
  if (element === undefined || total === undefined || plugged === undefined) return false;
  const size = attributeSize(element.attributes.get('memory') ?? '', element);
  const isAlone = !around.children.has('cell') && cellMemory(present) === size;
  return isAlone && childOf(wanted, 'maxMemory') !== undefined && size === total - plugged;
}

const isAuto = (wanted: Tree): boolean =>
  childOf(childOf(wanted, 'numatune') ?? wanted, 'memory')?.attributes.get('placement') === 'auto';

function defaultCheck(wanted: Tree, present: Tree): string {
  const mode = (hasModel(wanted) ? attributeAt(wanted, 'cpu@mode') : attributeAt(present, 'cpu@mode')) ?? 'custom';
  if (mode === 'host-model') return 'partial';
  if (mode !== 'custom' || !hasModel(wanted)) return 'none';
  return wanted.attributes.get('type') === 'qemu' ? 'none' : 'partial';
}
