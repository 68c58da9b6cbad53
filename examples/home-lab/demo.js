// `npm run demo`: the example's inventory, checked, rendered and played, by the commands a person would type.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { missingPackages } from '@kvm/lab';

const kvmctl = fileURLToPath(new URL('../../apps/cli/dist/kvmctl.js', import.meta.url));
const folder = fileURLToPath(new URL('.', import.meta.url));
const guests = 'public,db';

/** Runs a command in front of the reader. @returns whether it went well. */
function show(...args) {
  console.log(`\n$ kvmctl ${args.join(' ')}`);
  return spawnSync(process.execPath, [kvmctl, ...args], { cwd: folder, stdio: 'inherit' }).status === 0;
}

/** What this machine or user lacks to play the example. */
function obstacles() {
  const packages = missingPackages();
  return [
    ...(process.platform === 'linux' ? [] : ['Linux']),
    ...(process.getuid?.() === 0 ? [] : ["root (network namespaces and block devices are only root's to make)"]),
    ...(packages.length === 0 ? [] : [`these Debian packages: ${packages.join(' ')}`]),
  ];
}

function explain() {
  const out = mkdtempSync(join(tmpdir(), 'kvmctl-demo-'));
  try {
    return show('validate') && show('show') && show('show', 'public') && show('render', '--out', out);
  } finally {
    rmSync(out, { recursive: true });
  }
}

/** A start that fails takes down what it began; another lab of this name is somebody else's. */
function play() {
  if (!show('lab', 'up', '--guests', guests)) return false;
  try {
    return show('lab', 'test');
  } finally {
    show('lab', 'down');
  }
}

// An interrupt reaches the command that runs, too; what it began is then taken down as after any failure.
process.on('SIGINT', () => undefined);

const explained = explain();
const missing = obstacles();
let done = explained;
if (missing.length > 0) {
  console.log('\nTo play it as well (libvirt, guests, real packets), this demo would need:');
  for (const obstacle of missing) console.log(`- ${obstacle}`);
} else {
  done = explained && play();
}
process.exitCode = done ? 0 : 1;
