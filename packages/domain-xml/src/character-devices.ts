import type { WholeNumber } from './xml-element.ts';

/** `<log file='/var/log/guest.log' append='on'/>`: what the guest writes is kept in a file of the host, too. */
export interface CharacterLogElement {
  readonly '@file': string;
  readonly '@append'?: 'on' | 'off';
}

/** The host's end of a serial line, a console or a channel. */
export type CharacterBackend =
  | {
      readonly '@type': 'pty';
      /** libvirt chooses the pty itself: it accepts the path and does not heed it. */
      readonly source?: { readonly '@path': string };
      readonly log?: CharacterLogElement;
    }
  | {
      readonly '@type': 'unix';
      /** `bind`: QEMU makes the socket and listens; `connect`: another program does. */
      readonly source?: { readonly '@mode': 'bind' | 'connect'; readonly '@path': string };
      readonly log?: CharacterLogElement;
    }
  | {
      readonly '@type': 'file';
      readonly source: { readonly '@path': string; readonly '@append'?: 'on' | 'off' };
      readonly log?: CharacterLogElement;
    };

export type SerialElement = CharacterBackend & {
  readonly target?: { readonly '@type'?: string; readonly '@port'?: WholeNumber };
};

export type ConsoleElement = CharacterBackend & {
  readonly target?: { readonly '@type'?: 'serial' | 'virtio'; readonly '@port'?: WholeNumber };
};

/** A line between host and guest that is no console: `<target type='virtio' name='org.qemu.guest_agent.0'/>`. */
export type ChannelElement = CharacterBackend & {
  readonly target: { readonly '@type': 'virtio'; readonly '@name'?: string };
};
