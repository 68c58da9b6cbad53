import type { Guest } from '@kvm/inventory';
import type { RenderedText } from '@kvm/netplan';

export const udevRulesPath = '/etc/udev/rules.d/57-kvm-guests.rules';

/**
 * Keeps the host's udev from looking into the guests' volumes: a guest that gives a file system the UUID or label of the
 * host's root or swap would else have the link below `/dev/disk` that the host mounts by. Between 56-lvm.rules, which knows the
 * volume's name, and 60-persistent-storage-dm.rules, which makes those links (udev(7), and device-mapper's flags in
 * 55-dm.rules). The link `/dev/<vg>/<volume>` stays.
 */
export const renderUdevRules = (vg: string, guests: readonly Guest[]): RenderedText => ({
  path: udevRulesPath,
  mode: 0o644,
  content: `# What is inside a guest's volume is not the host's: no links by UUID or label, and nobody scans it.
ACTION!="add|change", GOTO="kvm_guests_end"
ENV{DM_VG_NAME}!="${vg}", GOTO="kvm_guests_end"
${guests.map(({ name }) => `ENV{DM_LV_NAME}=="${name}.*", GOTO="kvm_guest"\n`).join('')}GOTO="kvm_guests_end"
LABEL="kvm_guest"
ENV{DM_UDEV_DISABLE_DISK_RULES_FLAG}="1", ENV{UDISKS_IGNORE}="1", OPTIONS:="nowatch"
LABEL="kvm_guests_end"
`,
});
