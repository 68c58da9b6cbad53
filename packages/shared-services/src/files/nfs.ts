import type { Export } from '../declaration.ts';
import { type ServiceFile, textFile } from '../machine-setup.ts';

/** nfs(5): a server that is away makes programs wait, and never tells them that a write has failed. */
export const mountOptions = ({ readOnly }: Export): string =>
  `vers=4.2,sec=sys,hard,nosuid,nodev${readOnly ? ',ro' : ''}`;

/** idmapd.conf(5): both sides must name the same domain. */
export const idmap = (domain: string): ServiceFile =>
  textFile(
    '/etc/idmapd.conf',
    `[General]
Domain = ${domain}

[Mapping]
Nobody-User = nobody
Nobody-Group = nogroup
`,
  );
