import { readFileSync } from 'node:fs';
import type { DomainDocument } from '../src/index.ts';

/** The template that the project comes from, filled in for VMID 65, the guest `public`. */
export const seedXml = readFileSync(new URL('seed-65-public.xml', import.meta.url), 'utf8');

const disk = (name: string, target: string) =>
  ({
    '@type': 'block',
    '@device': 'disk',
    source: { '@dev': `/dev/vg/public.${name}` },
    target: { '@dev': target, '@bus': 'virtio' },
  }) as const;

/** The same as data. */
export const seedDomain: DomainDocument & Required<Pick<DomainDocument, 'devices'>> = {
  '@type': 'kvm',
  name: 'public',
  uuid: '6e0b5d0e-55c2-4b5e-8a6e-0a3a4ad7a065',
  memory: 524288,
  currentMemory: 524288,
  vcpu: 1,
  os: { type: 'hvm', kernel: '/boot/kvm.current/vmlinuz', cmdline: 'root=/dev/vda' },
  features: { acpi: {} },
  clock: { '@offset': 'utc' },
  on_poweroff: 'destroy',
  on_reboot: 'restart',
  on_crash: 'destroy',
  devices: {
    emulator: '/usr/bin/kvm',
    disk: [disk('root', 'vda'), disk('var', 'vdb'), disk('swap', 'vdc')],
    interface: [
      {
        '@type': 'ethernet',
        mac: { '@address': '52:54:00:61:65:01' },
        script: { '@path': '/etc/kvm/tun-start' },
        downscript: { '@path': '/etc/kvm/tun-stop' },
        target: { '@dev': 'tun65' },
        model: { '@type': 'virtio' },
      },
    ],
    graphics: [{ '@type': 'vnc', '@port': 5965, '@autoport': 'no' }],
    console: [{ '@type': 'pty', source: { '@path': '/dev/pts/65' }, target: { '@port': 0 } }],
  },
};
