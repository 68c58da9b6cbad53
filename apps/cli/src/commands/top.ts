import { type ListenAddress, parseListenAddress } from '@kvm/monitor';
import { type Command, InvalidArgumentError } from 'commander';
import { takesConnection } from '../hosts/connection.ts';
import type { Session } from '../session.ts';
import type { TopOptions } from '../top/run.ts';

export function addTop(program: Command, session: Session): void {
  const command = takesConnection(program.command('top'))
    .summary('watch which guest uses disks, CPU, memory and network')
    .description(
      'Shows what each guest reads and writes, computes, takes and sends, and which one is the bottleneck, until q is ' +
        'pressed; h shows all keys. Needs neither an inventory nor libvirt, but shows more with them.',
    );
  command
    .option('--interval <seconds>', 'how long each sample is, from 1 on', parseInterval, 2)
    .option('--once', 'one sample, as text; with --replay the last one')
    .option('--json', 'a line of JSON a sample')
    .option('--record <file>', 'also write all readings to a new file')
    .addOption(
      command.createOption('--replay <file>', 'show what --record wrote; - for standard input').conflicts('record'),
    )
    .addOption(
      command
        .createOption('--prometheus <address>', 'serve metrics at [HOST]:PORT, or at PORT of this machine only')
        .argParser(parseAddress)
        .conflicts(['once', 'json', 'record', 'replay', 'interval']),
    )
    .action(async (options: TopOptions) => {
      const { runTop } = await import('../top/run.ts');
      await runTop(session, options, program.getOptionValueSource('inventory') !== 'default');
    });
}

function parseInterval(text: string): number {
  const seconds = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || seconds < 1 || seconds > 86_400)
    throw new InvalidArgumentError('It is a number of seconds from 1 to 86400.');
  return seconds;
}

function parseAddress(text: string): ListenAddress {
  const address = parseListenAddress(text);
  if (address === undefined) throw new InvalidArgumentError('It is a port, or HOST:PORT.');
  return address;
}
