import type { RenderedText } from '@kvm/netplan';
import type { MachineSetup } from '@kvm/shared-services';

/** The forms a setup is wanted in: for each machine a root file system and user-data, and for all of them a playbook. */
export async function serviceTree(setups: readonly MachineSetup[]): Promise<RenderedText[]> {
  const { renderAnsible, renderCloudInit } = await import('@kvm/shared-services');
  return [
    ...setups.flatMap((setup) => [
      ...setup.files.map(({ path, mode, content }) => ({ path: `/${setup.machine}/root${path}`, mode, content })),
      { path: `/${setup.machine}/user-data`, mode: 0o600, content: renderCloudInit(setup) },
    ]),
    { path: '/playbook.yml', mode: 0o600, content: renderAnsible(setups, (machine) => `${machine}/root`) },
  ];
}
