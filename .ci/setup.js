// Sets up what a fresh clone lacks, and says so: `node .ci/setup.js [demo|test|bench]`. Needs only Node and npm.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const top = fileURLToPath(new URL('..', import.meta.url));
const nodeFloor = [20, 19];

/** Debian packages by purpose. A purpose includes the ones before it. */
const purposes = {
  build: [],
  demo: [
    ...['qemu-system-x86', 'libvirt-daemon', 'libvirt-daemon-driver-qemu'],
    ...['iproute2', 'util-linux', 'procps', 'kmod', 'e2fsprogs', 'cpio', 'xz-utils', 'tcpdump'],
    ...['nftables', 'iptables', 'ipset'],
  ],
  test: [
    ...['libvirt-clients', 'libxml2-utils'],
    ...['shellcheck', 'busybox-static', 'ifupdown', 'systemd', 'udev', 'netplan.io', 'bird2', 'dnsmasq-base'],
    ...['zsh', 'fish', 'bsdutils', 'sysstat'],
    ...['lvm2', 'thin-provisioning-tools', 'xfsprogs', 'zstd'],
    ...['openssh-server', 'openssh-client', 'netcat-openbsd', 'sasl2-bin', 'libsasl2-modules', 'openssl', 'perl'],
    ...['qemu-guest-agent', 'virtinst', 'groff-base', 'mmdebstrap'],
  ],
  bench: ['mawk', 'jc', 'python3-libvirt', 'ferm', 'python3-blockdev', 'libblockdev-lvm2'],
};

/** What is a package of its own from this release of Debian on, and a part of those above before. */
const ownPackagesSince = {
  13: {
    test: [
      'virtiofsd',
      ...['interface', 'network', 'nodedev', 'nwfilter', 'secret', 'storage'].map(
        (driver) => `libvirt-daemon-driver-${driver}`,
      ),
    ],
  },
};

/** Services that come with those packages and would start at the machine's next boot. */
const services = {
  bird2: 'bird.service',
  ferm: 'ferm.service',
  ifupdown: 'networking.service',
  lvm2: 'lvm2-monitor.service',
  'openssh-server': 'ssh.service',
  'qemu-guest-agent': 'qemu-guest-agent.service',
  'sasl2-bin': 'saslauthd.service',
  sysstat: 'sysstat.service',
};

/** @returns {never} */
function stop(message) {
  console.error(`set-up: ${message}`);
  process.exit(1);
}

function run(command, args, env = {}) {
  const { status, error } = spawnSync(command, args, {
    cwd: top,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, DO_NOT_TRACK: '1', ...env },
  });
  if (status !== 0)
    stop(`\`${command} ${args.join(' ')}\` failed${error ? `: ${error.message}` : ''}. Mend that and run again.`);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < nodeFloor[0] || (major === nodeFloor[0] && minor < nodeFloor[1])) {
    stop(`Node ${nodeFloor.join('.')} or newer is needed, this is ${process.versions.node} (${process.execPath}).`);
  }
}

function missingDebianPackages(purpose) {
  const names = Object.keys(purposes);
  const release = Number.parseInt(readFileSync('/etc/debian_version', 'utf8'), 10);
  const since = Object.entries(ownPackagesSince).filter(([first]) => release >= Number(first));
  const wanted = names
    .slice(0, names.indexOf(purpose) + 1)
    .flatMap((name) => [...purposes[name], ...since.flatMap(([, own]) => own[name] ?? [])]);
  if (wanted.length === 0) return [];
  const query = spawnSync('dpkg-query', ['-W', `-f=\${db:Status-Status} \${Package}\n`, ...wanted], {
    encoding: 'utf8',
  });
  const installed = new Set(
    (query.stdout ?? '').split('\n').flatMap((line) => (line.startsWith('installed ') ? [line.slice(10)] : [])),
  );
  return wanted.filter((name) => !installed.has(name));
}

/** Keeps freshly installed daemons from starting: the lab runs its own, and this machine's services are its owner's. */
function withoutStartingServices(install) {
  const policy = '/usr/sbin/policy-rc.d';
  const mark = '# written by kvmctl set-up, removed when it ends\n';
  const foreign = existsSync(policy) && !readFileSync(policy, 'utf8').includes(mark);
  if (foreign) return install();
  const remove = () => rmSync(policy, { force: true });
  process.once('exit', remove);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
  writeFileSync(policy, `#!/bin/sh\n${mark}exit 101\n`, { mode: 0o755 });
  install();
  remove();
}

function installDebianPackages(purpose) {
  if (!existsSync('/etc/debian_version')) {
    console.error('set-up: this is not Debian or Ubuntu: nothing is installed; what needs its programs says so.');
    return;
  }
  const missing = missingDebianPackages(purpose);
  if (missing.length === 0) return;
  if (process.getuid() !== 0) {
    console.error(`set-up: not root, so these Debian packages stay missing: ${missing.join(' ')}`);
    return;
  }
  console.error(`set-up: installs these Debian packages, without starting a service: ${missing.join(' ')}`);
  const apt = (...args) =>
    run('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=300', ...args], { DEBIAN_FRONTEND: 'noninteractive' });
  apt('update');
  withoutStartingServices(() => apt('install', '-y', '--no-install-recommends', '--no-upgrade', ...missing));
  const unwanted = missing.flatMap((name) => services[name] ?? []);
  for (const service of unwanted) spawnSync('systemctl', ['--quiet', 'disable', service], { stdio: 'ignore' });
}

function installNodeModules() {
  const stamp = join(top, 'node_modules/.cache/kvm-setup');
  const lock = createHash('sha256')
    .update(readFileSync(join(top, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  console.error('set-up: npm ci');
  run('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts']);
  run('mkdir', ['-p', join(top, 'node_modules/.cache')]);
  writeFileSync(stamp, lock);
}

function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function build() {
  const stamp = join(top, 'node_modules/.cache/kvm-build');
  const folders = ['packages', 'apps'].flatMap((root) =>
    readdirSync(join(top, root)).map((name) => join(top, root, name)),
  );
  const inputs = folders.flatMap((folder) =>
    ['src', 'package.json', 'tsconfig.json'].map((name) => join(folder, name)),
  );
  const changed = String(Math.max(...[...inputs, join(top, 'package-lock.json')].filter(existsSync).map(newest)));
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === changed) return;
  console.error('set-up: npm run build');
  run('npm', ['run', '--silent', 'build']);
  writeFileSync(stamp, changed);
}

const purpose = process.argv[2] ?? 'demo';
if (!(purpose in purposes)) stop(`unknown purpose "${purpose}": one of ${Object.keys(purposes).join(', ')}`);
checkNode();
installDebianPackages(purpose);
installNodeModules();
build();
