import { characterDefaults } from './filled-in/character.ts';
import { controllerDefaults } from './filled-in/controllers.ts';
import { deviceDefaults } from './filled-in/devices.ts';
import { domainDefaults } from './filled-in/domain.ts';
import { judgeBy } from './filled-in/known-default.ts';
import { networkDefaults } from './filled-in/network.ts';
import { processorDefaults } from './filled-in/processor.ts';
import { screenDefaults } from './filled-in/screen.ts';
import { storageDefaults } from './filled-in/storage.ts';
import { pathPattern } from './path-pattern.ts';

/**
 * Whether libvirt puts this in by itself, with this very value, so that it is no difference from what was asked for. What
 * stands in none of the tables is somebody's wish.
 */
export const isFilledIn = judgeBy([
  ...domainDefaults,
  ...processorDefaults,
  ...controllerDefaults,
  ...storageDefaults,
  ...networkDefaults,
  ...screenDefaults,
  ...characterDefaults,
  ...deviceDefaults,
]);

/** What it means to leave these out. */
const defaults = new Map([
  ['on_poweroff', 'destroy'],
  ['on_reboot', 'restart'],
  ['on_crash', 'destroy'],
  ['devices.disk.@device', 'disk'],
  ['devices.disk.@type', 'file'],
  ['devices.disk.driver.@type', 'raw'],
  ['devices.disk.@snapshot', 'external'],
  ['devices.disk.driver.@cache', 'default'],
  ['devices.disk.target.@tray', 'closed'],
  ['devices.filesystem.@type', 'mount'],
  ['devices.filesystem.@accessmode', 'passthrough'],
  ['clock.@offset', 'utc'],
  ['clock.@basis', 'utc'],
  ['cpu.@mode', 'custom'],
  ['devices.disk.encryption.@engine', 'qemu'],
  ['devices.disk.source.encryption.@engine', 'qemu'],
  ['devices.graphics.@autoport', 'no'],
]);

/** Whether to say this is to say nothing. */
export const isDefault = (path: string, value: string): boolean => defaults.get(path) === value;

/** Elements that say nothing unless there is something in them. */
export const isWrapper = pathPattern(
  'devices devices.disk.driver features numatune cputune iothreadids cpu cpu.numa memtune blkiotune os.bios',
);
