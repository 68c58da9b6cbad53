import { expect, test } from 'vitest';
import { LibvirtError } from './error.ts';
import { unlessGone } from './unless-gone.ts';

const failure = (code: 'VIR_ERR_NO_DOMAIN' | 'VIR_ERR_INTERNAL_ERROR') => new LibvirtError({ code, message: 'no' });

test('a domain that is not there is no error; all else is', async () => {
  expect(await unlessGone(Promise.resolve('running'))).toBe('running');
  expect(await unlessGone(Promise.reject(failure('VIR_ERR_NO_DOMAIN')))).toBe(undefined);
  await expect(unlessGone(Promise.reject(failure('VIR_ERR_INTERNAL_ERROR')))).rejects.toThrow('no');
});
