import { setTimeout as sleep } from 'node:timers/promises';
import type { RunProgram } from '@kvm/command';
import { type Domain, LibvirtError } from '@kvm/libvirt';
import { HostError } from '../../errors.ts';
import { AgentAnswerError, type ExecStatus, readExecStatus, readPid } from './agent-answer.ts';

/** How long a program may take when its caller does not say: the guest could keep us waiting for ever. */
const longestSeconds = 300;
/** How long one answer may take, whatever the agent and libvirtd do. */
const answerMs = 30_000;
/** A program is asked for often at first, and then less. */
const [firstPauseMs, longestPauseMs] = [50, 1000];

const encode = (text: string): string => Buffer.from(text).toString('base64');

/** What runs of a domain's agent, and what it is called. */
export type AgentDomain = Pick<Domain, 'name' | 'agentCommand'>;

/**
 * Runs programs in a guest by QEMU's agent there: no network is needed. The guest cannot hold up its caller: a program that
 * takes too long, or gives more than its agent can tell, ends with 128, as everywhere.
 *
 * @throws HostError `no-agent` when there is none, one that may not run programs, or one that answers something else
 */
export function agentRunner(domain: AgentDomain): RunProgram {
  async function ask<Answer>(execute: string, parameters: object, read: (answer: string) => Answer): Promise<Answer> {
    try {
      const command = JSON.stringify({ execute, arguments: parameters });
      return read(await domain.agentCommand(command, { timeoutMs: answerMs }));
    } catch (error) {
      throw explained(domain.name, error);
    }
  }
  return async ([path, ...arg], input = '', { seconds = longestSeconds, signal } = {}) => {
    const end = performance.now() + seconds * 1000;
    const parameters = { path, arg, 'capture-output': true, ...(input && { 'input-data': encode(input) }) };
    const pid = await ask('guest-exec', parameters, readPid);
    for (let pause = firstPauseMs; ; pause = Math.min(2 * pause, longestPauseMs)) {
      const status = await ask('guest-exec-status', { pid }, readExecStatus);
      if (status.exited) return resultOf(status);
      if (signal?.aborted) return unfinished('it was interrupted');
      if (performance.now() > end) return unfinished(`it took longer than ${seconds} s`);
      await sleep(pause);
    }
  };
}

const unfinished = (why: string) => ({ exitCode: 128, stdout: '', stderr: `${why}\n` });

function resultOf({ exitCode, stdout, stderr, truncated }: ExecStatus) {
  if (truncated) return unfinished('it wrote more than its agent can tell');
  return { exitCode, stdout, stderr };
}

function explained(name: string, error: unknown): unknown {
  if (error instanceof AgentAnswerError) {
    const message = `the agent of ${name} does not answer as qemu-guest-agent does: ${error.message}. Look at the guest, or reach it by ssh.`;
    return new HostError('no-agent', message, { cause: error });
  }
  if (!(error instanceof LibvirtError)) return error;
  const message =
    `${name} runs no program by its agent: ${error.message}. Its definition needs a channel ` +
    'org.qemu.guest_agent.0, and the guest the package qemu-guest-agent; or reach it by ssh.';
  return new HostError('no-agent', message, { cause: error });
}
