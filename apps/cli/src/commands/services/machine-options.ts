import { type Command, Option } from 'commander';
import { type HostOptions, withHostOptions } from '../../hosts/open-host.ts';

/** Which machines' services a command is about, and how they are reached. */
export interface ServicesMachineOptions extends HostOptions {
  readonly secrets: string;
  readonly ssh?: boolean;
  readonly json?: boolean;
}

/** How machines are reached, for a command's description. */
export const machineWays =
  "Guests are reached by QEMU's agent in them, other machines, and with --ssh all, as root by ssh at their addresses in the " +
  'inventory.';

export const withMachines = (command: Command): Command =>
  withHostOptions(command)
    .argument('[machine...]', 'those to look at, instead of all')
    .requiredOption('--secrets <dir>', 'the folder of secrets, mode 0700; made when it is not there')
    .addOption(new Option('--ssh', 'reach guests by ssh, not by their agent'))
    .option('--json', 'as JSON');
