/** TCP ports of the ways logs travel: RFC 5425's, librelp's by custom, systemd-journal-remote.service(8)'s. */
export const ports = { syslog: 6514, relp: 2514, journal: 19532 } as const;

/** Where the server keeps what guests say: a folder for each. */
export const logFolder = '/var/log/guests';

/** Where systemd-journal-remote keeps them. */
export const journalFolder = '/var/log/journal/remote';
