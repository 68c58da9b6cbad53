import { describe, expect, test } from 'vitest';
import { seedPolicy, seedZones } from '../test/policies.ts';
import { backEnds, renderBootFiles, resolvePolicy } from './index.ts';
import { renderKeep } from './run/keep.ts';

const policy = resolvePolicy(seedPolicy, seedZones);

describe.each(backEnds)('%s', (backEnd) => {
  const files = new Map(renderBootFiles(policy, backEnd).map((file) => [file.path, file]));
  const unit = files.get('/etc/systemd/system/kvm-firewall.service')?.content ?? '';

  test('the barrier is there before the rules, and both before any guest', () => {
    expect(files.get('/etc/kvm/barrier')?.mode).toBe(0o755);
    expect(unit).toMatch(
      new RegExp(`^ExecStartPre=/etc/kvm/barrier on\nExecStart=/etc/kvm/firewall.${backEnd}\n`, 'm'),
    );
    expect(unit).toMatch(/^Before=.* libvirtd\.service virtqemud\.service$/m);
  });

  test('rules that another unit flushed come back when it starts, stops or reloads', () => {
    expect(unit).toContain(`ExecReload=/etc/kvm/firewall.${backEnd}\n`);
    for (const name of ['nftables', 'firewalld', 'ufw', 'netfilter-persistent']) {
      expect(unit).toMatch(new RegExp(`^After=.* ${name}\\.service`, 'm'));
      expect(unit).toMatch(new RegExp(`^ReloadPropagatedFrom=.*\\b${name}\\.service`, 'm'));
      const dropIn = files.get(`/etc/systemd/system/${name}.service.d/kvm-firewall.conf`)?.content;
      for (const moment of ['Start', 'Stop'])
        expect(dropIn).toMatch(new RegExp(`^Exec${moment}Post=-\\+systemctl .*reload kvm-firewall\\.service$`, 'm'));
    }
  });

  test('the policy comes last, and then the barrier for the taps that there are', () => {
    const { publish } = renderKeep(policy, backEnd, 'tidy\n');
    expect(publish.match(/^(mv "\$staged\d" \S+|\S*barrier on|tidy)$/gm)?.slice(-3)).toEqual([
      expect.stringContaining(`/etc/kvm/firewall.${backEnd}`),
      '/etc/kvm/barrier on',
      'tidy',
    ]);
  });
});
