/** Which names an element or attribute of the schema may have. */
export type NameClass =
  | { readonly kind: 'name'; readonly namespace: string; readonly local: string }
  | { readonly kind: 'any'; readonly except: NameClass | undefined }
  | { readonly kind: 'namespace'; readonly namespace: string; readonly except: NameClass | undefined }
  | { readonly kind: 'choice'; readonly of: readonly NameClass[] };

export function containsName(names: NameClass, namespace: string, local: string): boolean {
  switch (names.kind) {
    case 'name':
      return names.local === local && names.namespace === namespace;
    case 'choice':
      return names.of.some((one) => containsName(one, namespace, local));
    case 'namespace':
      if (names.namespace !== namespace) return false;
  }
  return names.except === undefined || !containsName(names.except, namespace, local);
}

/** The local names that the schema spells out. */
export function spelledNames(names: NameClass): readonly string[] {
  if (names.kind === 'name') return [names.local];
  return names.kind === 'choice' ? names.of.flatMap(spelledNames) : [];
}
