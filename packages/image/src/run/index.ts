export { type Contents, readContents } from './blank.ts';
export { checkFilling, type Filling, fillVolumes, type VolumeToFill } from './fill.ts';
export { goldenName, imageFolder, makeGolden } from './golden.ts';
export type { ImageRunner } from './image-runner.ts';
export { type Installation, installSystem, type SystemVolume } from './install.ts';
export type { KnownHost } from './known-hosts.ts';
