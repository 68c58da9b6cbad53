import type { Export, FilesService } from '../declaration.ts';

/** Names of the machines that may mount an export. */
export const allowed = ({ guests }: Export, { clients }: FilesService): readonly string[] =>
  guests ?? clients.map(({ machine }) => machine);

/** What a client may mount. */
export const exportsFor = (client: string, service: FilesService): readonly Export[] =>
  service.exports.filter((each) => allowed(each, service).includes(client));
