import { setTimeout as sleep } from 'node:timers/promises';
import { type Domain, LibvirtError } from '@kvm/libvirt';
import type { RunProgram } from '@kvm/shared-services/run';
import { CliError } from '../cli-error.ts';

const askEveryMs = 50;

const encode = (text: string): string => Buffer.from(text).toString('base64');
const decode = (base64 = ''): string => Buffer.from(base64, 'base64').toString();

/** The answer to `guest-exec-status` (qemu-ga-ref(7)). */
interface ExecStatus {
  readonly exited: boolean;
  /** Absent when a signal ended it. */
  readonly exitcode?: number;
  readonly signal?: number;
  readonly 'out-data'?: string;
  readonly 'err-data'?: string;
}

/**
 * Runs programs in a guest by QEMU's agent there: no network is needed.
 *
 * @throws CliError `no-agent` when there is none, or one that may not run programs
 */
export function agentRunner(domain: Domain): RunProgram {
  const ask = async (execute: string, parameters: object): Promise<unknown> => {
    try {
      const answer = await domain.agentCommand(JSON.stringify({ execute, arguments: parameters }));
      return (JSON.parse(answer) as { return: unknown }).return;
    } catch (error) {
      if (!(error instanceof LibvirtError)) throw error;
      const message =
        `${domain.name} runs no program by its agent: ${error.message}. Its definition needs a channel ` +
        'org.qemu.guest_agent.0, and the guest the package qemu-guest-agent; or take --ssh root@GUEST.';
      throw new CliError('no-agent', message, { cause: error });
    }
  };
  return async ([path, ...arg], input = '') => {
    const parameters = { path, arg, 'capture-output': true, ...(input && { 'input-data': encode(input) }) };
    const { pid } = (await ask('guest-exec', parameters)) as { pid: number };
    for (;;) {
      const status = (await ask('guest-exec-status', { pid })) as ExecStatus;
      if (status.exited)
        return {
          exitCode: status.exitcode ?? 128 + (status.signal ?? 0),
          stdout: decode(status['out-data']),
          stderr: decode(status['err-data']),
        };
      await sleep(askEveryMs);
    }
  };
}
