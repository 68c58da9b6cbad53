import { writeFile } from 'node:fs/promises';
import type { Daemon } from '@kvm/ci/libvirt-daemon';
import type { Connection, Domain } from '../src/index.ts';

/**
 * A boot sector that talks on the serial port: prints a prompt, echoes what it is sent, prints the prompt again after
 * a carriage return, and after an `F` repeats one line for ever.
 */
const bootSector = Buffer.concat(
  [
    'fa 31c0 8ed8 8ec0 fc', // cli; ds = es = 0; cld
    'bafa03 b001 ee', // the port's FIFO on
    'be587c ac 84c0 7405 e81b00 ebf6', // greet: prints the prompt
    'bafd03 ec a801 74fb baf803 ec', // read: waits for a byte and takes it
    '3c46 7418 e80600 3c0d 74dc ebe7', // F: flood; else echo; carriage return: greet; read
    '50 bafd03 ec a820 74fb 58 baf803 ee c3', // putc: waits for room and sends a byte
    'bafd03 ec a820 74fb be617c b91000 baf803 f36e ebeb', // flood: waits for room and sends the line
  ]
    .map((code) => Buffer.from(code.replaceAll(' ', ''), 'hex'))
    .concat(Buffer.from('\nready> \0'), Buffer.from('0123456789abcde\n')),
);

/** What the guest repeats after an `F`. */
export const floodLine = '0123456789abcde\n';

/** Defines and starts a guest with the boot sector as its disk, and a console. */
export async function startSerialGuest(connection: Connection, daemon: Daemon, name: string): Promise<Domain> {
  const disk = Buffer.alloc(512);
  bootSector.copy(disk);
  disk.writeUInt16LE(0xaa55, 510);
  await writeFile(`/proc/${daemon.namespaces}/root/run/${name}.img`, disk);
  const vm = await connection.defineDomain(`
    <domain type='qemu'>
      <name>${name}</name>
      <memory unit='MiB'>32</memory>
      <os><type>hvm</type></os>
      <devices>
        <disk type='file'><driver type='raw'/><source file='/run/${name}.img'/><target dev='hda' bus='ide'/></disk>
        <console type='pty'/>
        <video><model type='vga'/></video>
      </devices>
    </domain>`);
  await vm.start();
  return vm;
}
