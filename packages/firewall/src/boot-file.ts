/** A file that loads the policy when the host starts. */
export interface BootFile {
  readonly path: string;
  readonly mode: number;
  readonly content: string;
}
