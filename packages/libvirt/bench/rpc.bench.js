// What takes how long over one connection, by virsh processes, by one virsh fed on stdin, and by python3-libvirt where it
// is installed, with 1,000 defined domains; and how fast a console is. As root:
//   node packages/libvirt/bench/rpc.bench.js
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const rounds = 5;
/** Rounds before: a program that watches its guests is not compiled anew at each call, a process of virsh's is. */
const warming = 10;
const count = 1000;
/** virsh processes are so slow that fewer calls of theirs say as much. */
const spawned = 50;

const folder = await mkdtemp(join(tmpdir(), 'libvirt-bench-'));
await build({
  stdin: {
    contents: `
      export { connect } from './src/index.ts';
      export { pumpIntoConsole } from './test/pump.ts';
      export { startDaemon } from '@kvm/ci/libvirt-daemon';
      export { startSerialGuest } from './test/serial-guest.ts';`,
    resolveDir: new URL('..', import.meta.url).pathname,
  },
  bundle: true,
  outfile: join(folder, 'bundle.mjs'),
  platform: 'node',
  target: 'node20',
  format: 'esm',
});
const { connect, pumpIntoConsole, startDaemon, startSerialGuest } = await import(
  pathToFileURL(join(folder, 'bundle.mjs'))
);

const daemon = await startDaemon();
const uri = `qemu+unix:///system?socket=${daemon.socket}`;
const run = promisify(execFile);
const virsh = async (...args) =>
  (await run('virsh', ['--connect', uri, ...args], { maxBuffer: 64 * 1024 * 1024 })).stdout;

const names = Array.from({ length: count }, (_, index) => `vm${index}`);
const definition = (name) =>
  `<domain type='qemu'><name>${name}</name><memory>32768</memory><os><type>hvm</type></os></domain>`;
const connection = await connect({ socket: daemon.socket });
for (const name of names) await connection.defineDomain(definition(name));
const extra = join(folder, 'extra.xml');
await writeFile(extra, definition('extra'));

/** How long a work takes, and how much of this process's CPU, which says more on a busy machine. */
async function milliseconds(work) {
  const start = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { wall: performance.now() - start, cpu: (user + system) / 1000 };
}

/** virsh, fed all of its commands at once. */
async function virshOnStdin(commands) {
  const child = spawn('virsh', ['--connect', uri], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdout.resume();
  child.stdin.end(commands.map((command) => `${command}\n`).join(''));
  await once(child, 'close');
}

/** The loop alone, timed in Python: neither its start nor its connecting counts. */
async function python(work) {
  const script = `
import libvirt, time
connection = libvirt.open(${JSON.stringify(uri)})
names = ['vm%d' % index for index in range(${count})]
xml = ${JSON.stringify(definition('extra'))}
start, cpu = time.monotonic(), time.process_time()
${work}
print((time.monotonic() - start) * 1000, (time.process_time() - cpu) * 1000)`;
  const [wall, cpu] = (await run('/usr/bin/python3', ['-c', script])).stdout.split(' ').map(Number);
  return { wall, cpu };
}

/** Each way with how many of the calls it makes. */
const works = {
  list: {
    calls: 1,
    rpc: () => milliseconds(() => connection.listDomains()),
    python: () => python('connection.listAllDomains()'),
    stdin: () => milliseconds(() => virshOnStdin(['list --all'])),
    virsh: async () => milliseconds(() => virsh('list', '--all')),
  },
  'dumpxml of each': {
    calls: count,
    rpc: () =>
      milliseconds(async () => {
        for (const domain of await connection.listDomains()) await domain.xml();
      }),
    'rpc, all at once': () =>
      milliseconds(async () => Promise.all((await connection.listDomains()).map((domain) => domain.xml()))),
    python: () => python('for domain in connection.listAllDomains(): domain.XMLDesc()'),
    stdin: () => milliseconds(() => virshOnStdin(names.map((name) => `dumpxml ${name}`))),
    virsh: async () => {
      const { wall, cpu } = await milliseconds(async () => {
        for (const name of names.slice(0, spawned)) await virsh('dumpxml', name);
      });
      return { wall: (wall * count) / spawned, cpu };
    },
  },
  'stats of all': {
    calls: 1,
    rpc: () => milliseconds(() => connection.stats()),
    python: () => python('connection.getAllDomainStats()'),
    stdin: () => milliseconds(() => virshOnStdin(['domstats'])),
    virsh: () => milliseconds(() => virsh('domstats')),
  },
  'define and undefine': {
    calls: 2,
    rpc: () => milliseconds(async () => (await connection.defineDomain(definition('extra'))).undefine()),
    python: () => python('connection.defineXML(xml).undefine()'),
    stdin: () => milliseconds(() => virshOnStdin([`define ${extra}`, 'undefine extra'])),
    virsh: () =>
      milliseconds(async () => {
        await virsh('define', extra);
        await virsh('undefine', 'extra');
      }),
  },
  connect: {
    calls: 1,
    rpc: () => milliseconds(async () => (await connect({ socket: daemon.socket })).close()),
    python: () => python(`libvirt.open(${JSON.stringify(uri)}).close()`),
  },
};

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const hasPython = await run('/usr/bin/python3', ['-c', 'import libvirt']).then(
  () => true,
  () => false,
);
console.log(`${count} domains, median of ${rounds} rounds, milliseconds; beside it how many times slower than rpc`);
for (const [work, { calls, ...ways }] of Object.entries(works)) {
  const times = {};
  for (let round = 0; round < warming; round++) await ways.rpc();
  for (let round = 0; round < rounds; round++) {
    for (const [way, measure] of Object.entries(ways)) {
      if (way === 'python' && !hasPython) continue;
      times[way] ??= [];
      times[way].push(await measure());
    }
  }
  console.log(`${work} (${calls} call${calls === 1 ? '' : 's'})`);
  const walls = Object.fromEntries(
    Object.entries(times).map(([way, values]) => [way, median(values.map(({ wall }) => wall))]),
  );
  for (const [way, time] of Object.entries(walls))
    console.log(`  ${way.padEnd(18)} ${time.toFixed(2).padStart(10)} ${(time / walls.rpc).toFixed(1).padStart(8)} x`);
  if (walls.virsh !== undefined) tell('virsh spawned takes', walls.virsh / walls.rpc, 50);
  if (times.python !== undefined) {
    const [own, other] = [times.rpc, times.python].map((values) => median(values.map(({ cpu }) => cpu)));
    tell(`python3-libvirt takes (${other.toFixed(2)} ms of CPU, this ${own.toFixed(2)})`, other / own, 1);
  }
  if (work === 'connect') console.log(`  goal 10 ms: ${walls.rpc < 10 ? 'met' : 'MISSED'}`);
}

/** @param goal how many times as long the other way takes at least */
function tell(what, ratio, goal) {
  console.log(`  ${what} ${ratio.toFixed(2)} times as long; goal ${goal}: ${ratio >= goal ? 'met' : 'MISSED'}`);
}

/** Reads a console and looks at nothing, as fast as the daemon sends: its own limit. */
const bareReader = `
import socket, struct, sys, time
def text(value): return struct.pack('>I', len(value)) + value + bytes(-len(value) % 4)
connection = socket.socket(socket.AF_UNIX)
connection.connect(sys.argv[1])
def call(procedure, serial, body=b''):
  connection.sendall(struct.pack('>IIIiiII', 28 + len(body), 0x20008086, 1, procedure, 0, serial, 0) + body)
  size, = struct.unpack('>I', connection.recv(4, socket.MSG_WAITALL))
  return connection.recv(size - 4, socket.MSG_WAITALL)[24:]
call(66, 1) # what to authenticate by
call(1, 2, struct.pack('>I', 1) + text(b'qemu:///system') + struct.pack('>I', 0)) # open
domain = call(23, 3, text(b'serial')) # look up
call(201, 4, domain + struct.pack('>II', 0, 1)) # console, by force: the one before may not be given up yet
print('ready', flush=True)
left, size = int(sys.argv[2]), int(sys.argv[2])
buffer = bytearray(1 << 20)
left -= connection.recv_into(buffer)
start = time.monotonic()
while left > 0:
  count = connection.recv_into(buffer)
  if count == 0: sys.exit('the console ended early')
  left -= count
print(size / 1e6 / (time.monotonic() - start))`;

const vm = await startSerialGuest(connection, daemon, 'serial');
const size = 200 * 1024 * 1024;

async function ownConsole() {
  const terminal = await vm.console({ force: true });
  const pump = await pumpIntoConsole(daemon, size);
  let received = 0;
  const { wall } = await milliseconds(async () => {
    for await (const chunk of terminal) {
      received += chunk.length;
      if (received >= size) break;
    }
  });
  pump.kill();
  return received / 1e3 / wall;
}

async function bareConsole() {
  const reader = spawn('/usr/bin/python3', ['-c', bareReader, daemon.socket, `${size}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface(reader.stdout)[Symbol.asyncIterator]();
  await lines.next();
  const pump = await pumpIntoConsole(daemon, size);
  const { value } = await lines.next();
  pump.kill();
  return Number(value);
}

const speeds = { own: [], bare: [] };
for (let round = 0; round < 3; round++) {
  speeds.own.push(await ownConsole());
  speeds.bare.push(await bareConsole());
}
const [own, bare] = [median(speeds.own), median(speeds.bare)];
const verdict = own >= 50 || own >= 0.9 * bare ? 'met' : 'MISSED';
console.log(
  `console, from a terminal that is always full: ${own.toFixed(0)} MB/s; a reader that looks at nothing: ${bare.toFixed(0)} MB/s ` +
    `(${(own / bare).toFixed(2)} of the daemon's limit; goal 50 MB/s or that limit: ${verdict})`,
);

await connection.close();
await daemon[Symbol.asyncDispose]();
await rm(folder, { recursive: true });
