import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Namespace } from '@kvm/ci/namespace';

/**
 * Runs systemd-networkd, without systemd and udev, until it has configured eth0 or failed to.
 *
 * @returns what it logged, once `end` has run; complaints about a file start with the file's name and the line
 */
export async function runNetworkd(namespace: Namespace): Promise<{ log: () => string; end: () => Promise<void> }> {
  namespace.run('mkdir', '-p', '/run/systemd/netif/links', '/run/systemd/netif/leases', '/run/systemd/netif/lldp');
  namespace.run('chown', '-R', 'systemd-network', '/run/systemd/netif');
  const environment = ['env', 'SYSTEMD_LOG_LEVEL=debug', 'SYSTEMD_LOG_TARGET=console'];
  const [program, words] = namespace.enter(...environment, '/usr/lib/systemd/systemd-networkd');
  const networkd = spawn(program, words, { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  networkd.stderr.setEncoding('utf8');
  const settled = new Promise<void>((resolve) => {
    networkd.stderr.on('data', (chunk: string) => {
      log += chunk;
      if (/eth0: State changed: configuring -> (configured|failed)/.test(log)) resolve();
    });
    networkd.on('exit', resolve);
  });
  await settled;
  const end = async (): Promise<void> => {
    if (networkd.exitCode !== null) return;
    const exit = once(networkd, 'exit');
    networkd.kill();
    await exit;
  };
  return { log: () => log, end };
}
