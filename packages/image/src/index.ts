export { ImageError, type ImageErrorCode } from './errors.ts';
export { type FileSystem, type Identity, type IdentityFile, renderIdentity } from './identity.ts';
export { installingTag } from './installing-tag.ts';
export { packFiles } from './pack-files.ts';
export { type DebianRelease, debianRecipe, type Recipe } from './recipe.ts';
