import { setTimeout as sleep } from 'node:timers/promises';
import { buildDomain, type DomainDocument, type ElementNode, parseXml, renderXml } from '@kvm/domain-xml';
import { applyPolicy } from '@kvm/firewall/run';
import { type Domain, unlessGone } from '@kvm/libvirt';
import { executeStep } from '@kvm/lvm/run';
import type { StepAction } from '../../plan/step.ts';
import type { HostClients } from '../access/host-clients.ts';
import { mustRun } from '../access/must-run.ts';
import { type StopOptions, startGuest, stopGuest } from '../guests/power.ts';
import { mustBeStoppable, mustBeUndefinable, mustKeepDisks } from './disks-in-use.ts';
import { awaitGuest, setGuestMemory } from './guest.ts';

type Executors = {
  readonly [Kind in StepAction['kind']]: (
    action: Extract<StepAction, { kind: Kind }>,
    clients: HostClients,
  ) => Promise<void>;
};

/** A file is there whole or as it was, also when the power fails, or what sends its text is killed in the middle. */
const writeScript = `
set -eu
umask 077
mkdir -p "$(dirname "$1")"
new="$1.kvmctl-new"
cat >"$new"
[ "$(wc -c <"$new")" -eq "$3" ] || { rm "$new"; echo "$1: its text broke off" >&2; exit 1; }
chmod "$2" "$new"
sync "$new"
mv -fT "$new" "$1"
`;

/** There is one at every moment, the old or the new. */
const linkScript = `
set -eu
[ -d "$2" ] || { echo "there is no folder $2" >&2; exit 1; }
mkdir -p "$(dirname "$1")"
ln -sfnT "$2" "$1.kvmctl-new"
mv -fT "$1.kvmctl-new" "$1"
`;

/** An address in the subnet of another goes with it. */
const tapScript = `
set -eu
tap=$1 mtu=$2
shift 2
ip link set dev "$tap" nomaster arp on mtu "$mtu"
for address do ip address del "$address" dev "$tap" 2>/dev/null || :; done
exec /etc/kvm/tun-start "$tap"
`;

/** A database may have much to write. */
const asPlanned: StopOptions = { seconds: 180, paused: 'resume' };

/** Each may be done again: what is as it is to be stays so. */
const executors: Executors = {
  'write file': async ({ file: { path, mode, content } }, { run }) => {
    const bytes = Buffer.byteLength(content);
    await mustRun(run, ['sh', '-c', writeScript, 'write', path, mode.toString(8), String(bytes)], content);
  },
  link: async ({ link: { path, to } }, { run }) => {
    await mustRun(run, ['sh', '-c', linkScript, 'link', path, to]);
  },
  run: async ({ command }, { run }) => {
    await mustRun(run, command);
  },
  'load firewall': ({ policy, backEnd }, { run }) => applyPolicy(policy, { run, backEnd }),
  unit: async ({ unit, verb }, { run }) => {
    await mustRun(run, ['systemctl', verb, '--quiet', unit]);
  },
  volume: ({ step }, { run }) => executeStep(step, { run }),
  'set up tap': async ({ tap, remove, mtu }, { run }) => {
    await mustRun(run, ['sh', '-c', tapScript, 'tap', tap, String(mtu), ...remove]);
  },
  'resize disk': async ({ uuid, disk, bytes }, { connection }) =>
    (await connection.domainByUuid(uuid)).blockResize(disk, bytes),
  define: async ({ domain, replaces }, { connection }) => {
    await mustKeepDisks(connection, domain, replaces);
    await connection.defineDomain(await buildDomain(domain), { validate: true });
  },
  autostart: async ({ uuid, on }, { connection }) => (await connection.domainByUuid(uuid)).setAutostart(on),
  'attach disk': async ({ uuid, disk, domain }, { connection }) =>
    attachDisk(await connection.domainByUuid(uuid), disk, domain),
  'set memory': async ({ uuid, kib }, { connection }) => setGuestMemory(await connection.domainByUuid(uuid), kib),
  start: async ({ uuid, delaySeconds }, { connection }) => {
    await startGuest(await connection.domainByUuid(uuid));
    await sleep(delaySeconds * 1000);
  },
  resume: async ({ uuid }, { connection }) => (await connection.domainByUuid(uuid)).resume(),
  stop: async ({ guest, uuid, replaces, undefines }, { connection }) => {
    if (undefines) await mustBeUndefinable(connection, guest, uuid);
    const domain = await connection.domainByUuid(uuid);
    if (!undefines) await mustBeStoppable(domain, replaces);
    await stopGuest(connection, domain, asPlanned);
  },
  restart: async ({ guest, uuid, replaces, probe }, { run, connection }) => {
    const domain = await connection.domainByUuid(uuid);
    await mustBeStoppable(domain, replaces);
    await stopGuest(connection, domain, asPlanned);
    await startGuest(domain);
    if (probe) await awaitGuest(run, guest, probe);
  },
  undefine: async ({ guest, uuid }, { connection }) => {
    const domain = await unlessGone(mustBeUndefinable(connection, guest, uuid));
    if (domain) await unlessGone(domain.undefine({ nvram: 'keep', tpm: 'keep' }));
  },
};

/** Does what a step says. */
export function execute<Kind extends StepAction['kind']>(
  action: Extract<StepAction, { kind: Kind }>,
  clients: HostClients,
): Promise<void> {
  return executors[action.kind as Kind](action, clients);
}

async function attachDisk(there: Domain, disk: string, domain: DomainDocument): Promise<void> {
  if (findDisk(await there.xml(), disk)) return;
  const document = parseXml(await buildDomain(domain));
  const element = findDisk(renderXml(document), disk);
  if (element)
    await there.attachDevice(renderXml({ ...document, before: [], after: [], root: element }), { live: true });
}

/** The disk that the guest sees by a name. */
function findDisk(xml: string, name: string): ElementNode | undefined {
  const inside = (element: ElementNode, local: string): readonly ElementNode[] =>
    element.content.filter(
      (node): node is ElementNode => typeof node === 'object' && node.kind === 'element' && node.local === local,
    );
  return inside(parseXml(xml).root, 'devices')
    .flatMap((devices) => inside(devices, 'disk'))
    .find((disk) =>
      inside(disk, 'target').some(({ attributes }) =>
        attributes.some((attribute) => attribute.name === 'dev' && attribute.value === name),
      ),
    );
}
