/** What is said when a folder of secrets was new: with a folder that was mistyped, nobody else says it. */
export const newAuthority = (folder: string): string =>
  `${folder}: a new folder of secrets, with a new certificate authority, which no machine trusts yet`;
