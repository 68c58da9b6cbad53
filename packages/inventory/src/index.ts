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
export type { Finding, InventoryPath, Problem, RelatedPlace } from './problem.ts';
