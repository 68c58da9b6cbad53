import * as z from 'zod/mini';
import { keyDocs } from './fields.ts';
import { inventorySchema } from './inventory.ts';

/**
 * The file's shape as JSON Schema, for completion and checks in editors: what `inventory.schema.json` holds.
 * Draft 7, because yaml-language-server and SchemaStore know that best. What concerns several values at once (a VMID
 * given twice, overlapping networks) is beyond JSON Schema; only `parseInventory` judges it.
 */
export function inventoryJsonSchema(): z.core.JSONSchema.JSONSchema {
  return z.toJSONSchema(inventorySchema, {
    metadata: keyDocs,
    target: 'draft-7',
    io: 'input',
    // Sizes and times are custom types, whose JSON type and pattern stand in keyDocs.
    unrepresentable: 'any',
  });
}
