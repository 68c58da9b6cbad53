import { optionalString, procedure, writeOptionalString } from '../procedure.ts';
import { type RemoteDomain, writeDomain } from '../structures.ts';

interface ConsoleArguments {
  readonly domain: RemoteDomain;
  readonly device: string | undefined;
  readonly flags: number;
}

/** Numbers are `enum remote_procedure` of libvirt 9.0's src/remote/remote_protocol.x; they never change once given. */
export const domainOpenConsole = procedure(
  201,
  'DomainOpenConsole',
  (out, { domain, device, flags }: ConsoleArguments) => {
    writeDomain(out, domain);
    writeOptionalString(out, device);
    out.uint(flags);
  },
  () => undefined,
);
export const domainScreenshot = procedure(
  211,
  'DomainScreenshot',
  (out, { domain, screen }: { readonly domain: RemoteDomain; readonly screen: number }) => {
    writeDomain(out, domain);
    out.uint(screen);
    out.uint(0);
  },
  optionalString,
);
