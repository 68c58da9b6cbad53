import * as z from 'zod/mini';
import { BUILT_IN } from '../built-in.ts';
import { judgeAddress, judgeInterface, judgeRange } from '../values/network-rules.ts';
import { judgeName, judgeUplink, judgeVolumeGroup, LABEL_PATTERN } from '../values/text-rules.ts';
import { keyDocs, path, text, whole } from './fields.ts';

export const hostSchema = z
  .strictObject(
    {
      name: text('a name, such as management', judgeName, {
        description: "The host's name.",
        examples: ['management'],
        pattern: LABEL_PATTERN,
      }),
      address: text('an IPv4 address with its prefix, such as 192.168.100.1/24', (value) => judgeInterface(value, 4), {
        description: "The host's IPv4 address on the LAN, with the length of the LAN's prefix.",
        examples: ['192.168.100.1/24'],
      }),
      address6: z.exactOptional(
        text('an IPv6 address with its prefix, such as fd00:100::1/64', (value) => judgeInterface(value, 6), {
          description: "The host's IPv6 address on the LAN, with the length of the LAN's prefix.",
          examples: ['fd00:100::1/64'],
        }),
      ),
      gateway: z.exactOptional(
        text('an IPv4 address, such as 192.168.100.254', (value) => judgeAddress(value, 4), {
          description: "IPv4 address of the LAN's own default gateway.",
          examples: ['192.168.100.254'],
        }),
      ),
      uplink: z.exactOptional(
        text('an interface name, such as eth0', judgeUplink, {
          description: "The host's interface on the LAN.",
          default: BUILT_IN.uplink,
          examples: ['enp3s0'],
        }),
      ),
      vg: z.exactOptional(
        text('the name of a volume group, such as vg', judgeVolumeGroup, {
          description: "The LVM volume group of the guests' disks.",
          default: BUILT_IN.vg,
        }),
      ),
      kernel: z.exactOptional(
        path(BUILT_IN.kernel, { description: "The guests' kernel, a file on the host.", default: BUILT_IN.kernel }),
      ),
      current: z.exactOptional(
        path('/boot/kvm-6.1', {
          description: 'The folder that the folder of `kernel` is a link to: a new kernel for all guests is this line.',
          examples: ['/boot/kvm-6.1'],
        }),
      ),
      initrd: z.exactOptional(
        path('/boot/kvm.current/initrd', {
          description: "The guests' initial RAM disk, a file on the host.",
          examples: ['/boot/kvm.current/initrd'],
        }),
      ),
      emulator: z.exactOptional(
        path(BUILT_IN.emulator, { description: 'QEMU on the host.', default: BUILT_IN.emulator }),
      ),
      firewall: z.exactOptional(
        z.enum(['nft', 'iptables'], 'nft or iptables').register(keyDocs, {
          description: 'What carries out the policy in the kernel of the host.',
          default: BUILT_IN.firewall,
        }),
      ),
    },
    'a map such as { name: management, address: 192.168.100.1/24 }',
  )
  .register(keyDocs, { description: 'The host: the machine that runs the guests.' });

export const rangesSchema = z
  .strictObject(
    {
      ipv4: z.exactOptional(
        text('an IPv4 network, such as 172.16.0.0/12', (value) => judgeRange(value, 4), {
          description: "IPv4 range that guests' subnets are cut from.",
          default: BUILT_IN.ranges.ipv4,
        }),
      ),
      prefix: z.exactOptional(
        whole(24, 31, {
          description: "Length of the prefix of each guest's IPv4 subnet.",
          default: BUILT_IN.ranges.prefix,
        }),
      ),
      ipv6: z.exactOptional(
        text('an IPv6 network, such as fd00:61::/48', (value) => judgeRange(value, 6), {
          description:
            "IPv6 range that guests' /64s are cut from; the VMID's digits are the last digits of the /64's number.",
          examples: ['fd00:61::/48'],
        }),
      ),
    },
    'a map such as { ipv4: 172.16.0.0/12 }',
  )
  .register(keyDocs, { description: "Where guests' subnets are cut from." });
