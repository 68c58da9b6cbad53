import { getSystemErrorMap } from 'node:util';

/** `permission denied`: the system's reason, without the code, call and path that Node puts around it. */
export const systemReason = ({ errno, message }: NodeJS.ErrnoException): string =>
  getSystemErrorMap().get(errno ?? 0)?.[1] ?? message;
