import type { HostLink, Observed } from '../observed.ts';
import type { PlanPart, Step, Waiting } from './step.ts';

/** The link to the guests' kernel: who runs has the old one until it is started anew. */
export function planLinks(links: readonly HostLink[], observed: Observed): PlanPart {
  const steps: Step[] = [];
  const waiting: Waiting[] = [];
  for (const link of links) {
    const { path, to } = link;
    const before = observed.links.get(path);
    if (before === to) continue;
    if (before === undefined && observed.links.has(path)) {
      const remedy = `Move it to ${to}, and plan again.`;
      waiting.push({ kind: 'blocked', what: `${path} is there, where a link is to be`, remedy, changes: [] });
      continue;
    }
    steps.push({
      id: `link ${path}`,
      sign: before === undefined ? '+' : '~',
      title: `let ${path} lead to ${to}`,
      effect: before === undefined ? 'live' : 'next boot',
      changes: before === undefined ? [] : [{ what: path, before, after: to }],
      reason: before === undefined ? 'the guests boot from there, and it is not there' : 'it leads elsewhere',
      after: [],
      action: { kind: 'link', link },
    });
  }
  return { steps, waiting };
}
