/** A character device of type udp has two sources; all others have one, so that one need not stand in a list. */
export const usuallyOnce = (name: string): boolean => name === 'source';

/** The schema takes any text for some ports. */
export const oftenNumber = (attribute: string, type: string): string =>
  attribute === 'port' && type === 'string' ? 'XmlText' : type;
