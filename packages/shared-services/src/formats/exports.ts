/** A folder of exports(5), and whom it is for with which options. */
export interface ExportLine {
  readonly path: string;
  /** An empty client means everybody: `host (rw)` has one. */
  readonly clients: readonly { readonly client: string; readonly options: readonly string[] }[];
}

export const parseExports = (text: string): ExportLine[] =>
  text.split('\n').flatMap((line) => {
    const [path, ...clients] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (!path) return [];
    return [
      {
        path,
        clients: clients.map((word) => {
          const [, client = '', options = ''] = /^([^(]*)(?:\(([^)]*)\))?$/.exec(word) ?? [];
          return { client, options: options.split(',').filter((option) => option !== '') };
        }),
      },
    ];
  });
