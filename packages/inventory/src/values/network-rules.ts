import type { Finding } from '../problem.ts';
import { quote } from '../quote.ts';
import { type Interface, parseAddress, parseInterface, specialUse } from './ip.ts';

const finding = (code: string, message: string, remedy: string): Finding => ({ code, message, remedy });

const EXAMPLES = {
  4: { address: '192.168.100.2', block: '192.168.100.0/24', interface: '192.168.100.1/24' },
  6: { address: 'fd00:100::2', block: 'fd00:100::/64', interface: 'fd00:100::1/64' },
};

function specialFinding(text: string, use: string | undefined): Finding | undefined {
  if (use === undefined) return undefined;
  return finding('special-address', `${text} is in a block kept for ${use}.`, 'Write one of an ordinary network.');
}

/** Judges the address of a machine; `family` when only one is allowed. */
export function judgeAddress(text: string, family?: 4 | 6): Finding | undefined {
  const address = parseAddress(text);
  if (address !== undefined && (family ?? address.family) === address.family) {
    const { value } = address;
    return specialFinding(text, specialUse({ family: address.family, first: value, last: value }));
  }
  const kind = family === undefined ? 'IP' : `IPv${family}`;
  const example = `such as ${EXAMPLES[family ?? 4].address}`;
  if (address === undefined && text.includes('/')) {
    return finding(
      'bad-address',
      `${quote(text)} has a prefix; an address alone is wanted.`,
      'Remove the slash and what follows.',
    );
  }
  return finding('bad-address', `${quote(text)} is not an ${kind} address.`, `Write an ${kind} address, ${example}.`);
}

/** What is wrong with an address that has no usable prefix. */
function interfaceFinding(text: string, family: 4 | 6): Finding {
  if (parseAddress(text)?.family === family) {
    const remedy = `Write ${text}/${family === 4 ? 24 : 64}, for instance.`;
    return finding('bad-address', `${text} lacks the length of the LAN's prefix.`, remedy);
  }
  const message = `${quote(text)} is not an IPv${family} address with its prefix.`;
  return finding('bad-address', message, `Write ${EXAMPLES[family].interface}, for instance.`);
}

/** Judges an address on the LAN with the length of the LAN's prefix. */
export function judgeInterface(text: string, family: 4 | 6): Finding | undefined {
  const parsed = parseInterface(text);
  if (parsed === undefined || parsed.address.family !== family) return interfaceFinding(text, family);
  const { address, network } = parsed;
  const [shortest, longest] = family === 4 ? [8, 31] : [16, 127];
  if (network.prefix < shortest || network.prefix > longest) {
    const message = `/${network.prefix} is no prefix of a LAN: /${shortest} to /${longest} are.`;
    return finding('bad-prefix', message, `Write ${EXAMPLES[family].interface}, for instance.`);
  }
  const special = specialFinding(text, specialUse({ family, first: address.value, last: address.value }));
  return special ?? edgeFinding(parsed);
}

/** What is wrong with the first or last address of an IPv4 network as a machine's own (RFC 3021 excepts /31). */
export function edgeFinding({ address, network }: Interface): Finding | undefined {
  if (network.family === 6 || network.prefix === 31) return undefined;
  if (address.value !== network.first && address.value !== network.last) return undefined;
  const kind = address.value === network.first ? "the network's own address" : 'the broadcast address';
  const message = `${address.text} is ${kind} of ${network.text}, so no machine can have it.`;
  return finding('no-host-address', message, 'Write an address between the first and the last.');
}

/** Judges a block of addresses; `family` when only one is allowed. */
export function judgeBlock(text: string, family?: 4 | 6): Finding | undefined {
  const parsed = parseInterface(text);
  const kind = family === undefined ? '' : `IPv${family} `;
  if (parsed === undefined || parsed.network.family !== (family ?? parsed.network.family)) {
    const address = parseAddress(text);
    const example = EXAMPLES[family ?? address?.family ?? 4].block;
    const message = address
      ? `${text} lacks the length of the network's prefix.`
      : `${quote(text)} is not an ${kind}network with its prefix.`.replace('an network', 'a network');
    return finding('bad-network', message, `Write an address, a slash and a length, such as ${example}.`);
  }
  if (parsed.address.value === parsed.network.first) return undefined;
  const message = `${text} has bits set beyond its /${parsed.network.prefix}, so it names one address and not a network.`;
  return finding('host-bits', message, `Write ${parsed.network.text}.`);
}

/** Judges the range that guests' subnets are cut from. */
export function judgeRange(text: string, family: 4 | 6): Finding | undefined {
  const wrong = judgeBlock(text, family);
  if (wrong !== undefined) return wrong;
  const network = parseInterface(text)?.network;
  if (network === undefined) return undefined;
  if (family === 6 && (network.prefix > 60 || network.prefix < 16)) {
    const message = `${text} cannot be split among guests: each takes a /64, so /16 to /60 can.`;
    return finding('bad-prefix', message, 'Write fd00:61::/48, for instance.');
  }
  if (family === 4 && network.prefix < 8) {
    return finding('bad-prefix', `${text} is too large a part of all addresses.`, 'Write 172.16.0.0/12, for instance.');
  }
  return specialFinding(text, specialUse(network));
}
