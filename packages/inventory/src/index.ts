export { formatProblem } from './format.ts';
export type {
  Autostart,
  Guest,
  GuestDisk,
  Inventory,
  InventoryHost,
  InventoryRanges,
  Machine,
  NamedNetwork,
} from './inventory.ts';
export { InventoryError } from './inventory-error.ts';
export { type ParsedInventory, type PlacedFinding, parseInventory } from './parse.ts';
export type { Finding, InventoryPath, Problem, RelatedPlace } from './problem.ts';
export { inventoryJsonSchema } from './schema/json-schema.ts';
