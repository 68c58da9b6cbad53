/** What a map of the file says of a name; nothing that every object of JavaScript has, such as `constructor`. */
export const ownValue = <Value>(
  map: { readonly [name: string]: Value } | undefined,
  name: string,
): Value | undefined => (map !== undefined && Object.hasOwn(map, name) ? map[name] : undefined);
