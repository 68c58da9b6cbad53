import { nothing, oneString, procedure, writeString } from '../procedure.ts';
import type { XdrReader, XdrWriter } from '../xdr.ts';

/** REMOTE_AUTH_SASL_DATA_MAX. */
const dataMax = 65_536;

/** SASL tells no data from empty data. */
type SaslData = Buffer | undefined;

/** `int nil; char data<>`: XDR gives each character four bytes. */
function writeData(out: XdrWriter, data: SaslData): void {
  out.int(data === undefined ? 1 : 0);
  out.uint(data?.length ?? 0);
  for (const byte of new Int8Array(data ?? [])) out.int(byte);
}

function readAnswer(input: XdrReader): { readonly complete: boolean; readonly data: SaslData } {
  const complete = input.int() !== 0;
  const nil = input.int() !== 0;
  const data = Buffer.from(input.array({ maximum: dataMax, itemSize: 4 }, () => input.int() & 0xff));
  return { complete, data: nil ? undefined : data };
}

/** Numbers are `enum remote_procedure` of libvirt 9.0's src/remote/remote_protocol.x; they never change once given. */
export const authSaslInit = procedure(67, 'AuthSASLInit', nothing, oneString);
export const authSaslStart = procedure(
  68,
  'AuthSASLStart',
  (out, { mechanism, data }: { readonly mechanism: string; readonly data: SaslData }) => {
    writeString(out, mechanism);
    writeData(out, data);
  },
  readAnswer,
);
export const authSaslStep = procedure(69, 'AuthSASLStep', writeData, readAnswer);
