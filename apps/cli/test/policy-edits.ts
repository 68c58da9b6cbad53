import { type EditKind, firewall, fresh, freshPort, isPlain } from './edit-kind.ts';
import type { Random } from './random.ts';
import type { InventoryModel, PolicyRow } from './soaked-inventory.ts';

const ofPolicy = (
  what: string,
  change: (model: InventoryModel, random: Random) => unknown,
  says: readonly (string | RegExp)[] = firewall,
): EditKind => ({
  what,
  make: (model, random) => (change(model, random) === false ? undefined : { says }),
});

const ofRow = (what: string, change: (row: PolicyRow, random: Random) => unknown): EditKind =>
  ofPolicy(what, (model, random) => {
    const row = random.one(model.policy);
    return row === undefined ? false : change(row, random);
  });

/** Who may talk to whom, and what runs once for all. */
export const policyEdits: readonly EditKind[] = [
  ofPolicy('a row more', (model, random) => {
    model.policy.push({
      from: random.one(['office', 'hoge', 'lan', 'web-tier', 'host', 'db']) ?? 'lan',
      to: random.one(['guests', 'rest', 'public', 'common']) ?? 'guests',
      service: freshPort(),
    });
  }),
  ofPolicy('a row less', (model, random) => {
    if (model.policy.length < 3) return false;
    model.policy.splice(random.below(model.policy.length), 1);
    return true;
  }),
  ofPolicy('rows in another order', (model) => {
    const [first, second, ...rest] = model.policy;
    if (first === undefined || second === undefined || first.to !== second.to || first.action === second.action)
      return false;
    model.policy = [second, first, ...rest];
    return true;
  }),
  ofRow('a row that logs', (row) => {
    row.log = !row.log;
  }),
  ofRow('a row with a limit', (row, random) => {
    if (row.action !== undefined && row.action !== 'accept') return false;
    row.limit = `${1 + random.below(50)}/minute`;
    return true;
  }),
  ofRow('a row with an end', (row, random) => {
    row.expires = `${2030 + random.below(8)}-01-${10 + random.below(20)}`;
  }),
  ofRow('a row with a comment', (row, random) => {
    // Rows that share a rule have no comment there.
    if (!row.log && row.limit === undefined && row.expires === undefined) return false;
    row.comment = `for ${random.below(100_000)}`;
    return true;
  }),
  ofRow('a row that closes', (row) => {
    if (row.limit !== undefined) return false;
    row.action = row.action === 'reject' ? 'drop' : 'reject';
    return true;
  }),
  ofRow('a row with one more service', (row) => {
    row.service = [row.service, `udp/${9200 + fresh()}`].flat();
  }),
  ofPolicy('a service on another port', (model) => {
    model.services.backup = freshPort();
    return model.policy.some(({ service }) => [service].flat().includes('backup'));
  }),
  ofPolicy('a group with one more', (model, random) => {
    const more = random.one(Object.keys(model.guests).filter((name) => !model.groups.rest?.includes(name)));
    if (more === undefined || !model.policy.some(({ from, to }) => [from, to].includes('rest'))) return false;
    model.groups.rest?.push(more);
    return true;
  }),
  ofPolicy('a group with one less', (model) => {
    if ((model.groups.rest?.length ?? 0) < 2 || !model.policy.some(({ from, to }) => [from, to].includes('rest')))
      return false;
    model.groups.rest?.pop();
    return true;
  }),
  ofPolicy('a new group and its row', (model, random) => {
    const name = `group${fresh()}`;
    model.groups[name] = random.shuffled(Object.keys(model.guests)).slice(0, 3);
    model.policy.push({ from: 'lan', to: name, service: freshPort() });
  }),
  ofPolicy('a network and its row', (model) => {
    const name = `net${fresh()}`;
    model.networks[name] = [`10.8.${fresh() % 250}.0/24`, `fd99:${fresh()}::/64`];
    model.policy.push({ from: name, to: 'guests', service: freshPort() });
  }),
  ofPolicy('a machine and its row', (model) => {
    const name = `machine${fresh()}`;
    model.machines[name] = `192.168.100.${100 + (fresh() % 100)}`;
    model.policy.push({ from: name, to: 'db', service: freshPort() });
  }),
  ofPolicy('a machine that moved', (model) => {
    if (!model.policy.some(({ from }) => from === 'hoge')) return false;
    model.machines.hoge = `192.168.100.${3 + (fresh() % 90)}`;
    return true;
  }),
  ofPolicy('a port of the host for a guest', (model, random) => {
    const name = random.one(Object.keys(model.guests)) ?? 'public';
    model.nat.forwards.push({ from: 'lan', service: freshPort(), guest: name, port: 80 });
  }),
  ofPolicy('a port of the host taken back', (model) => model.nat.forwards.pop() !== undefined),
  ofPolicy('guests behind the host, or no longer', (model) => {
    model.nat.masquerade = !model.nat.masquerade;
  }),
  {
    what: 'a policy without rows, and back',
    make: (model) => {
      model.policy = [];
      return { back: true, says: firewall };
    },
  },
  {
    what: 'no policy any more, and back',
    make: (model) => {
      model.hasNoPolicy = true;
      return {
        back: true,
        says: [/^removed: the inventory has no policy any more, and the last one is still in the kernel/],
      };
    },
  },
  {
    what: 'shared services',
    make: (model) => {
      if (model.shared !== undefined || Object.values(model.guests).some(({ system }) => system === 'alpine'))
        return undefined;
      const { common } = model.guests;
      if (common === undefined || !isPlain(common)) return undefined;
      common.disks = { ...common.disks, 'nfs-home': '4 MiB' };
      model.shared = {
        server: 'common',
        auth: { clients: { db: 'nslcd' } },
        logs: { client: 'rsyslog', keepDays: 30 },
      };
      return { says: [...firewall, 'create vg/common.nfs-home: live', 'define common: live'] };
    },
  },
  {
    what: 'people and clients of shared services',
    make: (model, random) => {
      if (model.shared === undefined) return undefined;
      model.shared = {
        ...model.shared,
        mail: { aliases: { root: `me${random.below(1000)}@example.org` } },
        time: { client: 'timesyncd' },
      };
      return { says: [] };
    },
  },
];
