import { type DomainDifference, type DomainDocument, type DomainElement, diffDomains } from '@kvm/domain-xml';
import { isMark, isOurs } from '../marker.ts';

/** A mark that is gone, by which a guest is known as ours once its inventory has it no longer. */
export const markDifference = (desired: DomainDocument, actual: DomainElement): DomainDifference[] =>
  isOurs(desired) && !isOurs(actual)
    ? [{ path: 'metadata', desired: 'our mark', actual: undefined, change: 'live', call: 'virDomainSetMetadata' }]
    : [];

/**
 * Where a domain differs from what it is to be, as `libvirt` of a release (`11.3.0`; left out, any known one) fills it in. The mark is left out: libvirt keeps the running guest's apart, and it says
 * whose a domain is, not what it is.
 */
export function domainDifferences(
  desired: DomainDocument,
  actual: DomainElement,
  libvirt?: string,
): readonly DomainDifference[] {
  const { metadata = {}, ...wanted } = withSecretsOf(desired, actual);
  const { metadata: _, ...there } = actual;
  const others = Object.fromEntries(Object.entries(metadata).filter((entry) => !isMark(entry)));
  const differences =
    Object.keys(others).length > 0
      ? diffDomains({ ...wanted, metadata: others }, actual, { libvirt })
      : diffDomains(wanted, there as DomainElement, { libvirt });
  return differences.map(withoutSecret);
}

type Graphics = NonNullable<NonNullable<DomainElement['devices']>['graphics']>[number];

/**
 * What libvirt tells only who asks for secrets, and an inventory, which others read, cannot say: the password of a screen, the
 * cookies by which a disk is had from a web server.
 */
const secretsOf = (screen: Graphics | undefined): object =>
  Object.fromEntries(Object.entries(screen ?? {}).filter(([key]) => key.startsWith('@passwd')));

/** The domain with the secrets of the one that is there. */
function withSecretsOf<Domain extends DomainElement>(domain: Domain, there: DomainElement): Domain {
  const { graphics, disk } = domain.devices ?? {};
  const screens = graphics?.map((screen): Graphics => {
    const same = there.devices?.graphics?.find((each) => each['@type'] === screen['@type']);
    return { ...secretsOf(same), ...screen };
  });
  const disks = disk?.map((own): Disk => {
    const same = there.devices?.disk?.find((each) => each.target['@dev'] === own.target['@dev']);
    const { source } = own;
    if (source === undefined || same?.source === undefined || !('cookies' in same.source)) return own;
    return { ...own, source: { cookies: same.source.cookies, ...source } } as Disk;
  });
  return {
    ...domain,
    ...(domain.devices && {
      devices: { ...domain.devices, ...(screens && { graphics: screens }), ...(disks && { disk: disks }) },
    }),
  };
}

/** A plan is shown and kept. */
function withoutSecret(difference: DomainDifference): DomainDifference {
  const { path, desired, actual } = difference;
  const hidden = (value: string | undefined): string | undefined =>
    /passw|cookie/i.test(path) ? value && '***' : value?.replace(/(passw\w*=').*?(?='(?: [\w:.-]+='|>))/gis, '$1***');
  return { ...difference, desired: hidden(desired), actual: hidden(actual) };
}

/**
 * The domain with what libvirt chose when it was first defined, and others put there: the machine type, where each disk and
 * card sits on the bus, passwords of its screen, foreign metadata. Else a guest would find itself on other hardware after a change of its memory.
 */
export function keepChosen(wanted: DomainDocument, there: DomainElement): DomainDocument {
  const domain = withSecretsOf(wanted, there);
  const isOtherMachine = domainDifferences(wanted, there).some(({ path }) => path.startsWith('os.type'));
  const foreign = Object.entries(there.metadata ?? {}).filter((entry) => !isMark(entry));
  const { devices } = domain;
  return {
    ...domain,
    metadata: { ...Object.fromEntries(foreign), ...domain.metadata },
    os: {
      ...domain.os,
      ...(there.os && !isOtherMachine && { type: there.os.type }),
    },
    devices: {
      ...devices,
      ...(devices?.disk && {
        disk: devices.disk.map((disk) => ({ ...placeOf(disk, there.devices?.disk, diskKey), ...disk })),
      }),
      ...(devices?.interface && {
        interface: devices.interface.map((card) => ({ ...placeOf(card, there.devices?.interface, cardKey), ...card })),
      }),
    },
  };
}

type Disk = NonNullable<NonNullable<DomainElement['devices']>['disk']>[number];
type Card = NonNullable<NonNullable<DomainElement['devices']>['interface']>[number];

const diskKey = ({ target }: Disk): string | undefined => target['@dev'] && `${target['@dev']} ${target['@bus']}`;
const cardKey = ({ mac, model }: Card): string | undefined =>
  mac && `${mac['@address'].toLowerCase()} ${model?.['@type']}`;

function placeOf<Device extends Disk | Card>(
  device: Device,
  there: readonly Device[] = [],
  keyOf: (device: Device) => string | undefined,
): Pick<Device, 'address'> {
  const key = keyOf(device);
  const same = key === undefined ? undefined : there.find((each) => keyOf(each) === key);
  return same?.address === undefined ? {} : { address: same.address };
}
