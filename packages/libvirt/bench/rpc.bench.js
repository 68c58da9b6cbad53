// Lists 50 domains and dumps each one's XML, over one connection and by virsh processes, in turns. As root:
//   node packages/libvirt/bench/rpc.bench.js
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const rounds = 7;
const count = 50;

const bundled = await build({
  stdin: {
    contents: `export { connect } from './src/index.ts'; export { startDaemon } from './test/daemon.ts';`,
    resolveDir: new URL('..', import.meta.url).pathname,
  },
  bundle: true,
  write: false,
  platform: 'node',
  target: 'node20',
  format: 'esm',
});
const { connect, startDaemon } = await import(
  `data:text/javascript;base64,${Buffer.from(bundled.outputFiles[0].contents).toString('base64')}`
);

const daemon = await startDaemon();
const run = promisify(execFile);
const virsh = async (...args) =>
  (await run('virsh', ['--connect', `qemu+unix:///system?socket=${daemon.socket}`, ...args])).stdout;

const ways = {
  'rpc, connecting first': async () => {
    const own = await connect({ socket: daemon.socket });
    for (const domain of await own.listDomains()) await domain.xml();
    await own.close();
  },
  'rpc, one after the other': async () => {
    for (const domain of await connection.listDomains()) await domain.xml();
  },
  'rpc, all at once': async () => {
    await Promise.all((await connection.listDomains()).map((domain) => domain.xml()));
  },
  'virsh, one after the other': async () => {
    for (const name of (await virsh('list', '--all', '--name')).trim().split('\n')) await virsh('dumpxml', name);
  },
};

const connection = await connect({ socket: daemon.socket });
for (let index = 0; index < count; index++) {
  await connection.defineDomain(
    `<domain type='qemu'><name>vm${index}</name><memory>32768</memory><os><type>hvm</type></os></domain>`,
  );
}

const times = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
for (let round = 0; round < rounds; round++) {
  for (const [name, work] of Object.entries(ways)) {
    const start = performance.now();
    await work();
    times[name].push(performance.now() - start);
  }
}
await connection.close();
await daemon[Symbol.asyncDispose]();

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const slowest = median(times['virsh, one after the other']);
console.log(`list and dump ${count} domains, median of ${rounds} rounds`);
for (const [name, values] of Object.entries(times)) {
  const time = median(values);
  const perCall = time / (count + 1);
  console.log(
    `${name.padEnd(27)} ${time.toFixed(1).padStart(8)} ms ${perCall.toFixed(2).padStart(6)} ms a call ${(slowest / time).toFixed(1).padStart(7)} x`,
  );
}
