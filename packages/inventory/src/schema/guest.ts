import * as z from 'zod/mini';
import { BUILT_IN } from '../built-in.ts';
import { DELAY, MEMORY } from '../values/quantity.ts';
import { DISK_NAME_PATTERN, judgeCmdline, judgeUuid, judgeXml, UUID_PATTERN } from '../values/text-rules.ts';
import { diskSchema } from './disk.ts';
import { keyDocs, quantity, text, whole } from './fields.ts';

const autostart = z
  .union(
    [
      z.boolean(),
      z.strictObject({
        order: z.exactOptional(
          whole(0, 999, {
            description: 'Guests with a lower number start earlier.',
            default: BUILT_IN.autostart.order,
          }),
        ),
        delay: z.exactOptional(
          quantity(DELAY, {
            description: "Time to wait after this guest's start before the next one's, up to 1 h.",
            default: BUILT_IN.autostart.delay,
            examples: ['10 s', '2 min'],
          }),
        ),
      }),
    ],
    'true, false, or a map such as { order: 1, delay: 10 s }',
  )
  .register(keyDocs, {
    description: 'Whether the guest starts with the host, and when.',
    default: BUILT_IN.guest.autostart,
    examples: [true, { order: 1, delay: '10 s' }],
  });

const guestKeys = {
  memory: z.exactOptional(
    quantity(MEMORY, {
      description: 'Memory, 16 MiB to 16 TiB.',
      default: BUILT_IN.guest.memory,
      examples: ['512 MiB', '1.5 GiB'],
    }),
  ),
  vcpus: z.exactOptional(whole(1, 4096, { description: 'Virtual CPUs.', default: BUILT_IN.guest.vcpus })),
  disks: z.exactOptional(
    z.record(z.string(), diskSchema, 'a map of disk names to sizes, such as { data: 100 GiB }').register(keyDocs, {
      description:
        'Disks by name, added to those of `defaults` or changing them: each is the logical volume <guest>.<name>, by its size or by a map. A new guest has them in their order as vda, vdb and so on, and each keeps its letter; at most 26.',
      default: BUILT_IN.guest.disks,
      examples: [{ data: '100 GiB', swap: 'none' }, { root: { on: '@ssd' } }],
      propertyNames: { pattern: DISK_NAME_PATTERN },
    }),
  ),
  cmdline: z.exactOptional(
    text('one line of text, such as root=/dev/vda', judgeCmdline, {
      description: "The guest kernel's command line.",
      default: BUILT_IN.guest.cmdline,
      examples: ['root=/dev/vda ro'],
    }),
  ),
  autostart: z.exactOptional(autostart),
  state: z.exactOptional(
    z.enum(['running', 'stopped'], 'running or stopped').register(keyDocs, {
      description: 'Whether the guest is to be running now.',
      default: BUILT_IN.guest.state,
    }),
  ),
  system: z.exactOptional(
    z.enum(['debian', 'rhel', 'alpine'], 'debian, rhel or alpine').register(keyDocs, {
      description:
        'What the guest runs, or is made of: where files of shared services lie, and what packages are called.',
      default: BUILT_IN.system,
    }),
  ),
};

export const defaultsSchema = z
  .strictObject(guestKeys, 'a map such as { memory: 1 GiB }')
  .register(keyDocs, { description: 'What holds for every guest that does not say otherwise.' });

export const guestSchema = z.strictObject(
  {
    vmid: whole(1, 4095, {
      description: "The guest's number, unique: subnet, MAC address, interface and VNC port follow from it.",
      examples: [65],
    }),
    ...guestKeys,
    uuid: z.exactOptional(
      text('a UUID, such as 4dea22b3-1d52-d8f3-2516-782e98ab3fa0', judgeUuid, {
        description:
          'The UUID by which libvirt knows a guest that it had before this file; without it, it follows from the names.',
        pattern: UUID_PATTERN,
      }),
    ),
    template: z.exactOptional(
      z.enum(['none'], 'none').register(keyDocs, {
        description:
          'With `none`, the guest is not made as the others are: memory, vcpus and all of `xml` are its whole definition. `kvmctl import` writes it.',
      }),
    ),
    xml: z.exactOptional(
      text('text, written after `xml: |`', judgeXml, {
        description: 'Raw libvirt domain XML, merged into what is made from the other keys.',
        examples: ["<domain><cpu mode='host-passthrough'/></domain>"],
      }),
    ),
  },
  'a map such as { vmid: 65 }',
);
