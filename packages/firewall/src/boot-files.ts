import type { BackEnd } from './back-end.ts';
import { BARRIER, renderBarrier } from './barrier.ts';
import type { BootFile } from './boot-file.ts';
import { renderBootIpset } from './ipset.ts';
import type { AddressFamily } from './prefix.ts';
import { ENTRANCES, renderIptables } from './render-iptables.ts';
import { renderNft } from './render-nft.ts';
import type { ResolvedPolicy } from './resolved.ts';

/** The systemd unit that loads the policy before the network is up; to be enabled once. */
export const BOOT_UNIT = 'kvm-firewall.service';

/** The program that loads the whole policy: one file, so that there is never half of it. */
const bootProgram = (backEnd: BackEnd): string => `/etc/kvm/firewall.${backEnd}`;

/** Units that load rules of others, and flush all of them as they start, stop or reload. */
const FLUSHING_UNITS = ['nftables', 'firewalld', 'ufw', 'netfilter-persistent'].map((name) => `${name}.service`);

/** The policy as a program that loads it, the unit that runs that at boot, and what the unit needs. */
export function renderBootFiles(policy: ResolvedPolicy, backEnd: BackEnd): readonly BootFile[] {
  const content = backEnd === 'nft' ? renderNft(policy) : iptablesProgram(policy);
  return [
    { path: bootProgram(backEnd), mode: 0o755, content },
    renderBarrier(policy),
    { path: `/etc/systemd/system/${BOOT_UNIT}`, mode: 0o644, content: unit(backEnd) },
    ...FLUSHING_UNITS.map((name) => ({
      path: `/etc/systemd/system/${name}.d/kvm-firewall.conf`,
      mode: 0o644,
      content: afterFlush,
    })),
  ];
}

const PROGRAMS = { 4: 'iptables', 6: 'ip6tables' } as const;

/** The jumps that the rules of a family begin with, as words for iptables. */
const jumpsOf = (
  family: AddressFamily,
  rules: string,
): readonly { readonly program: string; readonly table: string; readonly jump: string }[] =>
  ENTRANCES.filter(({ chain }) => rules.includes(`:${chain} `)).map(({ table, builtIn, chain }) => ({
    program: PROGRAMS[family],
    table,
    jump: `${builtIn} -j ${chain}`,
  }));

function iptablesProgram(policy: ResolvedPolicy): string {
  const rules = { 4: renderIptables(policy, 4), 6: renderIptables(policy, 6) };
  const jumps = [...jumpsOf(4, rules[4]), ...jumpsOf(6, rules[6])];
  return `#!/bin/sh
# Loads the policy into a kernel that has none of these rules, or from which somebody has flushed some.
set -eu
there() { "$1" -w -t "$2" -C "$3" -j "$4" 2>/dev/null && "$1" -w -t "$2" -S "$4" | grep -q '^-A'; }
if ${jumps.map(({ program, table, jump }) => `there ${program} ${table} ${jump.replace(' -j ', ' ')}`).join(' &&\n  ')}
then exit 0; fi
# Each jump once.
${jumps
  .map(({ program, table, jump }) => `while ${program} -w -t ${table} -D ${jump} 2>/dev/null; do :; done\n`)
  .join('')}ipset restore <<'EOF'
${renderBootIpset(policy)}EOF
iptables-restore -w -n <<'EOF'
${rules[4]}EOF
ip6tables-restore -w -n <<'EOF'
${rules[6]}EOF
`;
}

/**
 * Before any interface is up (systemd.special(7), network-pre.target), and after what others load at boot, which may flush
 * all rules. libvirtd starts no guest without it: a policy that cannot be loaded leaves guests down, not open.
 */
const afterFlush = `[Service]
# It may have flushed the guests' rules. Ignored while there are none, as at boot.
ExecStartPost=-+systemctl --no-block --quiet reload ${BOOT_UNIT}
ExecStopPost=-+systemctl --no-block --quiet reload ${BOOT_UNIT}
`;

const unit = (backEnd: BackEnd): string => `[Unit]
Description=Who may talk to whom among the guests
DefaultDependencies=no
Wants=network-pre.target
Before=network-pre.target shutdown.target libvirtd.service virtqemud.service
After=local-fs.target ${FLUSHING_UNITS.join(' ')}
ReloadPropagatedFrom=${FLUSHING_UNITS.join(' ')}
Conflicts=shutdown.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStartPre=${BARRIER} on
ExecStart=${bootProgram(backEnd)}
ExecReload=${bootProgram(backEnd)}

[Install]
WantedBy=sysinit.target
RequiredBy=libvirtd.service virtqemud.service
`;
