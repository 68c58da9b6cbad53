import { parseXml } from '@kvm/domain-xml';
import { type Domain, LibvirtError } from '@kvm/libvirt';
import { guestTerminal } from './guest-terminal.ts';

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/**
 * Tells a guest how large the terminal at its console is. Neither a serial line nor libvirt's streams can; the guest's
 * agent does, where there is one. The guest's programs learn of it as of any window that is resized.
 */
export class GuestSize {
  readonly #domain: Domain;
  #wanted: TerminalSize | undefined;
  #telling = false;

  constructor(domain: Domain) {
    this.#domain = domain;
  }

  /** While the guest is being told, only the last of several sizes waits. */
  async follow(size: TerminalSize): Promise<void> {
    this.#wanted = size;
    if (this.#telling) return;
    this.#telling = true;
    try {
      while (this.#wanted) {
        const next = this.#wanted;
        this.#wanted = undefined;
        await this.#tell(next);
      }
    } catch (error) {
      // No agent, one that is silent, or one that may not run programs.
      if (!(error instanceof LibvirtError)) throw error;
    } finally {
      this.#telling = false;
    }
  }

  async #tell({ columns, rows }: TerminalSize): Promise<void> {
    const terminal = guestTerminal(parseXml(await this.#domain.xml()));
    if (terminal === undefined) return;
    const arg = ['-F', terminal, 'rows', `${rows}`, 'cols', `${columns}`];
    await this.#domain.agentCommand(JSON.stringify({ execute: 'guest-exec', arguments: { path: 'stty', arg } }));
  }
}
