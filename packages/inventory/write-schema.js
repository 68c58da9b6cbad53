import { writeFileSync } from 'node:fs';
import { inventoryJsonSchema } from './dist/index.js';

const file = new URL('inventory.schema.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(inventoryJsonSchema(), null, 2)}\n`);
