import { expect, test } from 'vitest';
import { parseCpuTicks, parseMemory } from './proc.ts';

test("the kernel's files", () => {
  expect(parseCpuTicks('cpu  100 20 30 800 40 5 5 1 99 9\ncpu0 1 2 3')).toEqual({ busy: 161, total: 1001 });
  expect(parseMemory('MemTotal:   100 kB\nMemFree:  1 kB\nMemAvailable:   40 kB\n')).toEqual({
    memoryBytes: 102_400,
    availableBytes: 40_960,
  });
});
