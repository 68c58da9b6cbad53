import type { BackEnd } from './back-end.ts';
import { renderIpset } from './ipset.ts';
import { renderIptables } from './render-iptables.ts';
import { renderNft } from './render-nft.ts';
import type { ResolvedPolicy } from './resolved.ts';

/** A file that loads the policy when the host starts. */
export interface BootFile {
  readonly path: string;
  readonly mode: number;
  readonly content: string;
}

const FOLDER = '/etc/kvm/firewall';

/** The systemd unit that loads the policy before the network is up; to be enabled once. */
export const BOOT_UNIT = 'kvm-firewall.service';

/** The policy and the unit that loads it at boot: before any interface is up (systemd.special(7), network-pre.target). */
export function renderBootFiles(policy: ResolvedPolicy, backEnd: BackEnd): readonly BootFile[] {
  const rules =
    backEnd === 'nft'
      ? [{ path: `${FOLDER}/rules.nft`, mode: 0o600, content: renderNft(policy) }]
      : [
          { path: `${FOLDER}/ipset`, mode: 0o600, content: renderIpset(policy) },
          { path: `${FOLDER}/rules.v4`, mode: 0o600, content: renderIptables(policy, 4) },
          { path: `${FOLDER}/rules.v6`, mode: 0o600, content: renderIptables(policy, 6) },
        ];
  return [
    ...rules,
    { path: `${FOLDER}/load`, mode: 0o700, content: LOADERS[backEnd] },
    { path: `/etc/systemd/system/${BOOT_UNIT}`, mode: 0o644, content: UNIT },
  ];
}

const LOADERS: Record<BackEnd, string> = {
  nft: `#!/bin/sh
set -eu
exec nft -f ${FOLDER}/rules.nft
`,
  iptables: `#!/bin/sh
# For a kernel that has none of these rules yet.
set -eu
if iptables -w -C FORWARD -j KVM-FORWARD 2>/dev/null; then exit 0; fi
ipset restore <${FOLDER}/ipset
iptables-restore -w -n <${FOLDER}/rules.v4
ip6tables-restore -w -n <${FOLDER}/rules.v6
`,
};

const UNIT = `[Unit]
Description=Who may talk to whom among the guests
DefaultDependencies=no
Wants=network-pre.target
Before=network-pre.target shutdown.target
After=local-fs.target nftables.service netfilter-persistent.service
Conflicts=shutdown.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=${FOLDER}/load

[Install]
WantedBy=sysinit.target
`;
