/** Something that somebody changes on a host past kvmctl. */
export interface ForeignChange {
  readonly what: string;
  /** A shell script on the host, where public, db, mail and web run. */
  readonly script: string;
  /** What `drift` has to say. */
  readonly shows: string | RegExp;
  /**
   * What `apply` says of it when it does not mend it, on which `undo` takes it back; `restart` for what is mended once the guest is
   * started anew. Absent: it is mended, and the host is as its inventory says.
   */
  readonly refuses?: string | RegExp;
  readonly undo?: string;
  /** A guest that is started anew by a person, which mends it. */
  readonly restarts?: string;
}

export type Row = readonly [what: string, script: string, shows: string | RegExp];
export const mended = ([what, script, shows]: Row): ForeignChange => ({ what, script, shows });
