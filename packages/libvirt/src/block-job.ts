/** virConnectDomainEventBlockJobStatus. */
export const blockJobStatuses = ['completed', 'failed', 'canceled', 'ready'] as const;
/** virDomainBlockJobType. */
export const blockJobTypes = ['unknown', 'pull', 'copy', 'commit', 'active-commit', 'backup'] as const;
