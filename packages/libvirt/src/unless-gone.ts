import { LibvirtError } from './error.ts';

/** What a call about a domain answers, or undefined when there is no such domain, or it went between two calls. */
export async function unlessGone<Result>(call: Promise<Result>): Promise<Result | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof LibvirtError && error.code === 'VIR_ERR_NO_DOMAIN') return undefined;
    throw error;
  }
}
