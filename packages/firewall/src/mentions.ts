import { PROTOCOLS } from './protocols.ts';

/** What a policy or a ruleset tells apart: packets that it names alike get the same verdict. */
export interface Mentions {
  /** As {@link parsePrefix} reads them. */
  readonly blocks: ReadonlySet<string>;
  /** The first port of each range, and the one after its last. */
  readonly ports: ReadonlySet<number>;
  readonly protocols: ReadonlySet<number>;
  readonly icmpTypes: ReadonlySet<number>;
  readonly times: ReadonlySet<number>;
}

export interface GrowingMentions extends Mentions {
  readonly blocks: Set<string>;
  readonly ports: Set<number>;
  readonly protocols: Set<number>;
  readonly icmpTypes: Set<number>;
  readonly times: Set<number>;
}

export const noMentions = (): GrowingMentions => ({
  blocks: new Set(),
  ports: new Set(),
  protocols: new Set(PROTOCOLS.values()),
  icmpTypes: new Set(),
  times: new Set(),
});

/** Where along ports, protocols and types an answer may change. */
export type Edges = Pick<Mentions, 'ports' | 'protocols' | 'icmpTypes'>;

export interface GrowingEdges extends Edges {
  readonly ports: Set<number>;
  readonly protocols: Set<number>;
  readonly icmpTypes: Set<number>;
}

export const noEdges = (): GrowingEdges => ({ ports: new Set(), protocols: new Set(), icmpTypes: new Set() });

/** Adds a test's edges to those of what it belongs to. @returns the test's */
export function mentioned(edges: Edges, all: GrowingEdges): Edges {
  for (const port of edges.ports) all.ports.add(port);
  for (const protocol of edges.protocols) all.protocols.add(protocol);
  for (const type of edges.icmpTypes) all.icmpTypes.add(type);
  return edges;
}

/** Of contents such as `6 22`, protocol and port. */
export function portEdges(contents: readonly string[]): Edges {
  const edges = noEdges();
  for (const content of contents) {
    const [protocol = 0, port = 0] = content.split(' ').map(Number);
    edges.protocols.add(protocol);
    edges.ports.add(port).add(port + 1);
  }
  return edges;
}

export function mergeMentions(all: readonly Mentions[]): GrowingMentions {
  const merged = noMentions();
  for (const { blocks, ports, protocols, icmpTypes, times } of all) {
    for (const block of blocks) merged.blocks.add(block);
    for (const port of ports) if (port <= 65535) merged.ports.add(port);
    for (const protocol of protocols) merged.protocols.add(protocol);
    for (const type of icmpTypes) merged.icmpTypes.add(type);
    for (const time of times) merged.times.add(time);
  }
  return merged;
}
