import type { LogsService } from '../declaration.ts';
import type { SetupPart } from '../machine-setup.ts';
import type { ServerView } from '../room.ts';
import { renderJournalRemote } from './journald.ts';
import { retention } from './retention.ts';
import { renderRsyslogServer } from './rsyslog-server.ts';
import { serverPrograms } from './server-programs.ts';
import { renderSyslogNgServer } from './syslog-ng-server.ts';

const renderers = {
  'syslog-ng': renderSyslogNgServer,
  rsyslog: renderRsyslogServer,
  'journal-remote': renderJournalRemote,
};

/** All that the clients' ways of logging want of their server. */
export function renderLogServer(view: ServerView<LogsService>): readonly SetupPart[] {
  const parts = serverPrograms(view.service).map((program) => renderers[program](view));
  return [
    {
      files: [retention(view.service.keepDays)],
      commands: [['systemd-tmpfiles', '--create', '/etc/tmpfiles.d/kvm-logs.conf']],
    },
    ...parts,
  ];
}
