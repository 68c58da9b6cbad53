/**
 * Two bits of a packet's mark, by which the barrier on the taps sees that our rules are there: whoever flushes them, closes the taps.
 * The other 30 are others'. {@link renderBarrier} has the other side.
 */

/** The rules against forged sources let it pass, whoever sent it. Asked before the route is looked up. */
export const SOURCE_MARK = 0x0100_0000;
/** The rows were asked, or will be before it leaves. Asked where it leaves by a tap. */
export const ROWS_MARK = 0x0200_0000;

export const hex = (mark: number): string => `0x${mark.toString(16).padStart(8, '0')}`;
