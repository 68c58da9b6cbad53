import { expect } from 'vitest';
import { type Lab, labExec } from '../src/index.ts';
import { writeFileIn } from '../src/sandbox.ts';
import { type Canary, machineState } from './fence-attempts.ts';

/** A domain that QEMU is to harm the machine with: what it is, and its devices. */
export type HostileDomain = readonly [title: string, devices: string];

const files = (canary: Canary): string[] => [
  ...[
    '/proc/sys/kernel/poweroff_cmd',
    '/proc/sys/kernel/core_pattern',
    '/proc/sysrq-trigger',
    '/sys/kernel/uevent_helper',
  ],
  ...['/sys/kernel/mm/ksm/run', '/dev/mem', '/dev/vda', '/dev/kmsg', '/etc/shadow', '/etc/passwd', '/root/.bashrc'],
  ...[
    `${canary.folder}/private`,
    `${canary.folder}/open`,
    `${canary.folder}/closed/readable`,
    `${canary.folder}/shared/new`,
  ],
];

/** Domains whose devices are files, devices, sockets and programs of the machine. */
export const hostileDomains = (canary: Canary): readonly HostileDomain[] => [
  ...files(canary).flatMap((path): HostileDomain[] => [
    [`a serial line to ${path}`, `<serial type='file'><source path='${path}'/></serial>`],
    [`a log in ${path}`, `<console type='pty'><log file='${path}' append='off'/></console>`],
    [`a disk in ${path}`, `<disk type='file'><driver type='raw'/><source file='${path}'/><target dev='vda'/></disk>`],
    [`a pipe ${path}`, `<serial type='pipe'><source path='${path}'/></serial>`],
    [
      `a folder for the guest: ${path}`,
      `<filesystem type='mount' accessmode='passthrough'><source dir='${path}'/><target dir='x'/></filesystem>`,
    ],
  ]),
  ...['vda', 'sda', 'loop0', 'mem', 'vg/../vda'].map(
    (name): HostileDomain => [
      `the block device ${name}`,
      `<disk type='block'><driver type='raw'/><source dev='/dev/${name}'/><target dev='vda'/></disk>`,
    ],
  ),
  ...['/run/docker.sock', '/run/dbus/system_bus_socket', '/run/libvirt/libvirt-sock-ro', canary.socket].map(
    (path): HostileDomain => [
      `a line to ${path}`,
      `<serial type='unix'><source mode='connect' path='${path}'/></serial>`,
    ],
  ),
  [
    'a line to a port of the machine',
    `<serial type='tcp'><source mode='connect' host='127.0.0.1' service='${canary.port}'/></serial>`,
  ],
  [
    'a device of the PCI bus',
    `<hostdev mode='subsystem' type='pci' managed='yes'><source><address domain='0' bus='0' slot='1' function='0'/></source></hostdev>`,
  ],
  [
    'a device of the USB bus',
    `<hostdev mode='subsystem' type='usb' managed='yes'><source><address bus='1' device='1'/></source></hostdev>`,
  ],
  ['an interface of the machine', `<interface type='direct'><source dev='eth0' mode='passthrough'/></interface>`],
  [
    'the whole tree for the guest',
    `<filesystem type='mount' accessmode='passthrough'><source dir='/'/><target dir='root'/></filesystem>`,
  ],
  ['a source of random numbers', `<rng model='virtio'><backend model='random'>/dev/vda</backend></rng>`],
  ['a program of its own instead of QEMU', `<emulator>/tmp/evil</emulator>`],
];

/** What runs as QEMU: writes wherever it can. */
const evilProgram = (canary: Canary): string => `#!/bin/sh
for file in /proc/sys/kernel/poweroff_cmd /proc/sys/kernel/core_pattern ${canary.folder}/private ${canary.folder}/open /etc/passwd; do
  echo evil >>$file
done 2>/dev/null
chmod 0 /dev/null; mknod /tmp/vda b 254 0; mount -o remount,rw /sys
touch /tmp/evil-ran
exec /usr/bin/qemu-system-x86_64 "$@"
`;

const domainXml = (devices: string): string => `<domain type='qemu'><name>hostile</name><memory unit='MiB'>64</memory>
  <os><type>hvm</type></os><devices>${devices}</devices></domain>`;

/** Defines and starts domains one after the other in a lab, and expects the machine to be as it was. @returns how many were tried */
export async function tryDomains(lab: Lab, canary: Canary, domains: readonly HostileDomain[]): Promise<number> {
  const before = await machineState(canary);
  const run = (script: string) => labExec(lab, lab.host.name, ['timeout', '-k', '1', '60', 'sh', '-c', script]);
  await writeFileIn(lab.host, { path: '/tmp/evil', mode: 0o755, content: evilProgram(canary) });
  for (const [title, devices] of domains) {
    await writeFileIn(lab.host, { path: '/tmp/hostile.xml', mode: 0o644, content: domainXml(devices) });
    const script =
      'virsh define /tmp/hostile.xml && virsh start hostile; virsh destroy hostile; virsh undefine hostile';
    const said = await run(script);
    expect({ title, said, state: await machineState(canary) }).toEqual({ title, said, state: before });
  }
  expect((await run('[ -e /tmp/evil-ran ]')).exitCode).toBe(0);
  return domains.length;
}
