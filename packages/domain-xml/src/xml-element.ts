/** The text of an element or the value of an attribute. A number must be a whole one that is exact (at most 2^53 - 1). */
export type XmlText = string | number;

/**
 * An element as data, whatever its name: attributes under `@name`, text under `#`, child elements under their names.
 * An empty element is `{}`.
 *
 * Text between child elements, and child elements whose order between different names matters, are a list under `#`, in
 * document order: `{ '#': ['press ', { b: 'any' }, ' key'] }` is `press <b>any</b> key`. libvirt's own elements need
 * no such list; those of other namespaces may.
 *
 * Any name may stand here, since libvirt keeps whatever it finds under `<metadata>`.
 */
export type XmlElement = { readonly [part in string]: XmlContent };

/** What a child's name leads to: an element with text only, an element, or several of the same name. */
export type XmlContent = XmlText | XmlElement | readonly (XmlText | XmlElement)[];

/** An element that is only there or not there: `<acpi/>`. */
export type EmptyElement = Record<string, never>;

/** A whole number, as a number or in digits. */
export type WholeNumber = number | `${number}`;
