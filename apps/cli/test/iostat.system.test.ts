import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { bundle, userEnvironment } from './bundled.ts';

const report = `avg-cpu:  %user   %nice %system %iowait  %steal   %idle
           1.50    0.01    0.76    0.30    0.00   97.42

Device             tps    kB_read/s    kB_wrtn/s    kB_read    kB_wrtn
${Array.from({ length: 20 }, (_, at) => `vg-guest${at}.root     7.48  0.06  29.85  114855  59016789\n`).join('')}
`;
const chunk = Buffer.from(report.repeat(100));
const enough = 20_000_000;

test.each(process.env.KVM_SOAK ? ['--json', '--csv'] : ['--json'])(
  'iostat %s holds no more than its reader is behind',
  async (format) => {
    const child = spawn(bundle, ['iostat', format], { env: userEnvironment(), stdio: ['pipe', 'pipe', 'inherit'] });
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    let taken = 0;
    const feed = async (): Promise<void> => {
      for (; taken < enough; taken += chunk.length) if (!child.stdin.write(chunk)) await once(child.stdin, 'drain');
      child.stdin.end();
    };
    child.stdin.write('Linux 6.1.0 (host) \t11/23/26 \t_x86_64_\t(2 CPU)\n\n');
    const fed = feed();
    await untilStill(() => taken);
    expect(taken).toBeLessThan(enough / 4);

    let lines = 0;
    child.stdout.on('data', (data: Buffer) => {
      for (const byte of data) lines += Number(byte === 10);
    });
    await Promise.all([fed, once(child, 'close')]);
    const reports = Math.ceil(enough / chunk.length) * 100;
    expect(lines).toBe(format === '--json' ? reports : 20 * reports + 1);
  },
);

/** Waits until a number has begun to grow and then stays the same for a while. */
async function untilStill(number: () => number): Promise<void> {
  for (let before = -1; before !== number() || before === 0; ) {
    before = number();
    await new Promise((resolve) => setTimeout(resolve, 3000));
  }
}
