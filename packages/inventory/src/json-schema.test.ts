import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inventoryJsonSchema } from './schema/json-schema.ts';

test('the published file is the schema; `npm run schema -w packages/inventory` writes it anew', () => {
  const published = readFileSync(new URL('../inventory.schema.json', import.meta.url), 'utf8');
  expect(`${JSON.stringify(inventoryJsonSchema(), null, 2)}\n`).toBe(published);
});

test('the schema explains every key of a guest', () => {
  const { properties: { guests } = {} } = inventoryJsonSchema();
  expect(guests).toMatchObject({
    type: 'object',
    additionalProperties: {
      required: ['vmid'],
      additionalProperties: false,
      properties: {
        vmid: { type: 'integer', minimum: 1, maximum: 4095, description: expect.any(String), examples: [65] },
        memory: { type: 'string', pattern: expect.any(String), default: '512 MiB' },
        vcpus: { default: 1 },
        disks: {
          additionalProperties: { anyOf: [{ type: 'object' }, { type: 'string' }] },
          default: { root: '8 GiB', var: '4 GiB', swap: '512 MiB' },
        },
        cmdline: { default: 'root=/dev/vda' },
        autostart: { anyOf: [{ type: 'boolean' }, { type: 'object' }], default: true },
        state: { enum: ['running', 'stopped'], default: 'running' },
        xml: { type: 'string' },
      },
    },
  });
});
