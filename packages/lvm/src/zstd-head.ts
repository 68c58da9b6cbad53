/** As many bytes as the head of a zstd frame has at most. */
export const ZSTD_HEAD_BYTES = 18;

const MAGIC = 0xfd2fb528;
/** By the flag of the field: how many bytes the dictionary's number has, and how many the content's size. */
const DICTIONARY_BYTES = [0, 1, 2, 4];
const SIZE_BYTES = [0, 2, 4, 8];

/**
 * How many bytes a zstd frame holds unpacked, as its head says: RFC 8878, 3.1.1.1.
 *
 * @param head the first {@link ZSTD_HEAD_BYTES} of it
 * @returns undefined when it is no zstd frame, or does not say
 */
export function zstdContentBytes(head: Uint8Array): number | undefined {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (head.byteLength < ZSTD_HEAD_BYTES || view.getUint32(0, true) !== MAGIC) return undefined;
  const descriptor = view.getUint8(4);
  const single = (descriptor & 0x20) !== 0;
  const size = SIZE_BYTES[descriptor >> 6] || (single ? 1 : 0);
  const at = 5 + (single ? 0 : 1) + (DICTIONARY_BYTES[descriptor & 3] ?? 0);
  switch (size) {
    case 1:
      return view.getUint8(at);
    case 2:
      return view.getUint16(at, true) + 256;
    case 4:
      return view.getUint32(at, true);
    case 8:
      return Number(view.getBigUint64(at, true));
    default:
      return undefined;
  }
}
