/** More would only wait for each other: libvirtd works on five calls of a client at a time. */
const atOnce = 4;

/** Works on all, some side by side, so that one that hangs does not hold up the others. @returns results in the order given */
export async function sideBySide<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const left = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of left) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
