import type { GuestFacts } from '@kvm/host';
import type { Command } from 'commander';
import { readDesired } from '../input/read-inventory.ts';
import { CliError } from '../output/cli-error.ts';
import { formatAutostart, formatMemory } from '../output/format-guest.ts';
import { renderGuest } from '../output/render-guest.ts';
import { renderTable } from '../output/table.ts';
import type { Session } from '../session.ts';

export function addShow(program: Command, session: Session): void {
  program
    .command('show')
    .summary('show what follows from the inventory')
    .description('Shows what follows from the inventory: a table of all guests, or everything about one.')
    .argument('[guest]', 'the guest to show')
    .option('--json', 'as JSON')
    .action(async (guest: string | undefined, { json }: { json?: boolean }) => {
      const { desired, file } = await readDesired(session);
      const { guestFacts } = await import('@kvm/host');
      const all = desired.guests.map((each) => guestFacts(desired, each));
      if (guest === undefined) {
        if (json) session.out.json({ version: 1, guests: all });
        else if (all.length === 0) session.say(`${file} has no guests`);
        else session.out.lines(renderGuests(all, session));
        return;
      }
      const one = all.find(({ name }) => name === guest);
      if (one === undefined) throw noSuchGuest(guest, file, all);
      if (json) session.out.json({ version: 1, guest: one });
      else session.out.lines(renderGuest(one, desired.inventory.host.name, session.paint));
    });
}

function noSuchGuest(guest: string, file: string, all: readonly GuestFacts[]): CliError {
  const names = all.map(({ name }) => name).join(', ');
  return new CliError(
    'no-such-guest',
    `${file} has no guest "${guest}". ${names ? `It has: ${names}.` : 'It has none.'}`,
  );
}

const columns = [
  { heading: 'GUEST' },
  { heading: 'VMID', align: 'right' },
  { heading: 'IPV4' },
  { heading: 'HOST END' },
  { heading: 'TAP' },
  { heading: 'MAC' },
  { heading: 'VNC', align: 'right' },
  { heading: 'MEMORY', align: 'right' },
  { heading: 'VCPUS', align: 'right' },
  { heading: 'STATE' },
  { heading: 'AUTOSTART' },
] as const;

function renderGuests(guests: readonly GuestFacts[], { out, paint }: Session): readonly string[] {
  const rows = guests.map((guest) => [
    guest.name,
    String(guest.vmid),
    guest.ipv4.address,
    guest.ipv4.host,
    guest.tap,
    guest.mac,
    String(guest.vncPort),
    formatMemory(guest.memoryKiB),
    String(guest.vcpus),
    guest.state,
    formatAutostart(guest.autostart),
  ]);
  return renderTable(columns, rows, { paint, width: out.width });
}
