export { LvmError, type LvmErrorCode, type LvmErrorDetails } from './errors.ts';
export {
  type DeviceNameParts,
  deviceName,
  parseDeviceName,
  volumeGroupNameFault,
  volumeNameFault,
  volumePath,
} from './names.ts';
