import type { BackEnd } from './back-end.ts';
import { renderBootIpset } from './ipset.ts';
import { renderIptables } from './render-iptables.ts';
import { renderNft } from './render-nft.ts';
import type { ResolvedPolicy } from './resolved.ts';

/** A file that loads the policy when the host starts. */
export interface BootFile {
  readonly path: string;
  readonly mode: number;
  readonly content: string;
}

/** The systemd unit that loads the policy before the network is up; to be enabled once. */
export const BOOT_UNIT = 'kvm-firewall.service';

/** The program that loads the whole policy: one file, so that there is never half of it. */
const bootProgram = (backEnd: BackEnd): string => `/etc/kvm/firewall.${backEnd}`;

/** The policy as a program that loads it, and the unit that runs that at boot. */
export function renderBootFiles(policy: ResolvedPolicy, backEnd: BackEnd): readonly BootFile[] {
  const content = backEnd === 'nft' ? renderNft(policy) : iptablesProgram(policy);
  return [
    { path: bootProgram(backEnd), mode: 0o755, content },
    { path: `/etc/systemd/system/${BOOT_UNIT}`, mode: 0o644, content: unit(backEnd) },
  ];
}

const iptablesProgram = (policy: ResolvedPolicy): string => `#!/bin/sh
# Loads the policy into a kernel that has none of these rules yet.
set -eu
if iptables -w -C FORWARD -j KVM-FORWARD 2>/dev/null; then exit 0; fi
ipset restore <<'EOF'
${renderBootIpset(policy)}EOF
iptables-restore -w -n <<'EOF'
${renderIptables(policy, 4)}EOF
ip6tables-restore -w -n <<'EOF'
${renderIptables(policy, 6)}EOF
`;

/**
 * Before any interface is up (systemd.special(7), network-pre.target), and after what others load at boot, which may flush
 * all rules. libvirtd starts no guest without it: a policy that cannot be loaded leaves guests down, not open.
 */
const unit = (backEnd: BackEnd): string => `[Unit]
Description=Who may talk to whom among the guests
DefaultDependencies=no
Wants=network-pre.target
Before=network-pre.target shutdown.target libvirtd.service virtqemud.service
After=local-fs.target nftables.service netfilter-persistent.service
Conflicts=shutdown.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=${bootProgram(backEnd)}

[Install]
WantedBy=sysinit.target
RequiredBy=libvirtd.service virtqemud.service
`;
