export { addGuests, type WrittenGuest } from './edit/add-guests.ts';
export { formatProblem } from './format.ts';
export type {
  Autostart,
  Guest,
  GuestDisk,
  GuestGroup,
  Inventory,
  InventoryHost,
  InventoryNat,
  InventoryRanges,
  InventoryShared,
  Machine,
  NamedNetwork,
  NatForward,
  PolicyRule,
  UserService,
} from './inventory.ts';
export { InventoryError } from './inventory-error.ts';
export { type InventoryNames, type ParsedInventory, type PlacedFinding, parseInventory, readNames } from './parse.ts';
export type { Finding, InventoryPath, Problem, RelatedPlace } from './problem.ts';
export { inventoryJsonSchema } from './schema/json-schema.ts';
export { closest } from './suggest.ts';
export { judgeGuestName } from './values/text-rules.ts';
