import { parseXml } from '@kvm/domain-xml';
import { expect, test } from 'vitest';
import { guestTerminal } from './guest-terminal.ts';

test.each<[string, string | undefined]>([
  ["<console type='pty'><target type='serial' port='0'/></console>", '/dev/ttyS0'],
  ["<console type='pty'><target type='virtio' port='1'/></console>", '/dev/hvc1'],
  ["<console type='pty'><target port='2'/></console><console><target type='virtio' port='0'/></console>", '/dev/ttyS2'],
  ["<console type='pty'><target type='sclp' port='0'/></console>", undefined],
  ["<console type='pty'><target type='serial' port='0;reboot'/></console>", undefined],
  ["<console type='pty'/>", undefined],
  ['', undefined],
])('%s is %s', (devices, terminal) => {
  expect(guestTerminal(parseXml(`<domain><devices>${devices}</devices></domain>`))).toBe(terminal);
});
