import { LibvirtError } from '@kvm/libvirt';
import { expect, test } from 'vitest';
import { renderMetrics } from '../index.ts';
import { Reader } from './reader.ts';

const away = () => Promise.reject(new LibvirtError({ code: 'NO_SOCKET', message: 'there is no socket' }));

test('what cannot be read is left out and said', async () => {
  await using reader = new Reader({ open: away, local: true }, ['no inventory.yaml']);
  const reading = await reader.read();
  expect(reading.problems).toEqual(['no inventory.yaml', 'no libvirt: there is no socket']);
  expect(reading).not.toHaveProperty('domains');
  expect(reading.host?.cpus).toBeGreaterThan(0);
  expect(reading.host?.memoryBytes).toBeGreaterThan(reading.host?.availableBytes ?? 0);
  expect(renderMetrics(reading)).toContain('\nkvm_libvirt_up 0\n');
});

test("another machine's libvirtd tells nothing of this machine", async () => {
  await using reader = new Reader({ open: away, local: false });
  expect(await reader.read()).not.toHaveProperty('host');
});

test('a mistake in the program is no problem of libvirt', async () => {
  await using reader = new Reader({ open: () => Promise.reject(new TypeError('a mistake')), local: false });
  await expect(reader.read()).rejects.toThrow(TypeError);
});
