import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';
import { LibvirtError } from './error.ts';

/** Who a libvirtd that asks for SASL is told this is. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
  /** Nothing else is used; without it, SCRAM-SHA-256, or what is as safe. */
  readonly mechanism?: 'SCRAM-SHA-256' | 'PLAIN';
}

/** One attempt to authenticate: what is sent first, and what is answered. */
export interface SaslExchange {
  readonly first: Buffer;
  /** @throws LibvirtError AUTH_FAILED when the server does not know the password either */
  answer(challenge: string): Buffer;
  /** Whether the server has proved itself, where the mechanism has it do so. */
  readonly proved: boolean;
}

export type Mechanism = NonNullable<Credentials['mechanism']>;

/** The mechanisms this client has. */
export const mechanisms: { readonly [Name in Mechanism]: (credentials: Credentials) => SaslExchange } = {
  'SCRAM-SHA-256': (credentials) => new ScramExchange(credentials),
  PLAIN: plainExchange,
};

/** RFC 4616. The password is sent as it is: the other side must be known, and nobody between. */
function plainExchange({ user, password }: Credentials): SaslExchange {
  return { first: Buffer.from(`\0${user}\0${password}`), answer: () => Buffer.alloc(0), proved: true };
}

/** What a server may ask for: fewer would be an attack on the password, more one on this program's time. */
const [fewestIterations, mostIterations] = [4096, 1_000_000];

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** RFC 5802 and 7677, without channel binding, which Cyrus SASL's servers do not ask for. */
export class ScramExchange implements SaslExchange {
  readonly first: Buffer;
  proved = false;
  readonly #password: string;
  readonly #bare: string;
  readonly #nonce: string;
  #signature: Buffer | undefined;

  constructor({ user, password }: Credentials, nonce = randomBytes(18).toString('base64')) {
    const name = user.normalize('NFKC').replaceAll('=', '=3D').replaceAll(',', '=2C');
    this.#password = password.normalize('NFKC');
    this.#nonce = nonce;
    this.#bare = `n=${name},r=${nonce}`;
    this.first = Buffer.from(`n,,${this.#bare}`);
  }

  answer(challenge: string): Buffer {
    const fields = new Map(challenge.split(',').map((field) => [field.slice(0, 1), field.slice(2)]));
    return this.#signature ? this.#check(fields, this.#signature) : this.#prove(challenge, fields);
  }

  #prove(challenge: string, fields: ReadonlyMap<string, string>): Buffer {
    const nonce = fields.get('r') ?? '';
    const salt = Buffer.from(fields.get('s') ?? '', 'base64');
    const iterations = Number(fields.get('i'));
    if (!nonce.startsWith(this.#nonce) || nonce === this.#nonce || salt.length === 0)
      throw failed('its challenge is not one of SCRAM');
    if (!(iterations >= fewestIterations && iterations <= mostIterations))
      throw failed(`it asks for ${iterations} rounds, outside ${fewestIterations} to ${mostIterations}`);
    const salted = pbkdf2Sync(this.#password, salt, iterations, 32, 'sha256');
    const clientKey = hmac(salted, 'Client Key');
    const storedKey = createHash('sha256').update(clientKey).digest();
    const withoutProof = `c=biws,r=${nonce}`;
    const messages = `${this.#bare},${challenge},${withoutProof}`;
    this.#signature = hmac(hmac(salted, 'Server Key'), messages);
    const proof = Buffer.from(hmac(storedKey, messages).map((byte, index) => byte ^ (clientKey[index] ?? 0)));
    return Buffer.from(`${withoutProof},p=${proof.toString('base64')}`);
  }

  #check(fields: ReadonlyMap<string, string>, expected: Buffer): Buffer {
    const signature = Buffer.from(fields.get('v') ?? '', 'base64');
    if (signature.length !== expected.length || !timingSafeEqual(signature, expected))
      throw failed('it did not prove that it knows the password');
    this.proved = true;
    return Buffer.alloc(0);
  }
}

const failed = (why: string): LibvirtError =>
  new LibvirtError({ code: 'AUTH_FAILED', message: `libvirtd is not to be trusted: ${why}` });
