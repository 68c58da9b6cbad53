import { reply, startFakeDaemon, u32, xdr } from '@kvm/ci/fake-daemon';
import { afterEach, expect, test } from 'vitest';
import { chooseMechanism } from './authenticate.ts';
import { connect } from './index.ts';
import { ScramExchange } from './sasl.ts';

const opened: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each[Symbol.asyncDispose]();
});

const nonce = 'rOprNGfwEbeRWgbNEkqO';
const challenge = `r=${nonce}%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`;
const exchange = () => new ScramExchange({ user: 'user', password: 'pencil' }, nonce);

test("RFC 7677's own example", () => {
  const scram = exchange();
  expect(String(scram.first)).toBe(`n,,n=user,r=${nonce}`);
  expect(String(scram.answer(challenge))).toBe(
    `c=biws,r=${nonce}%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=`,
  );
  expect(scram.proved).toBe(false);
  expect(scram.answer('v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=')).toEqual(Buffer.alloc(0));
  expect(scram.proved).toBe(true);
});

test.each([
  ['a nonce of its own', challenge.replace(nonce, 'other')],
  ['only our nonce', `r=${nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`],
  ['too few rounds', challenge.replace('4096', '1')],
  ['too many rounds', challenge.replace('4096', '9999999999')],
  ['no salt', challenge.replace(/s=[^,]*/, 's=')],
  ['nothing', ''],
])('a server with %s is not trusted', (_what, wrong) => {
  expect(() => exchange().answer(wrong)).toThrow(expect.objectContaining({ code: 'AUTH_FAILED' }));
});

test('a server that does not know the password is not trusted', () => {
  const scram = exchange();
  scram.answer(challenge);
  expect(() => scram.answer('v=AAAA')).toThrow(expect.objectContaining({ code: 'AUTH_FAILED' }));
});

/** A daemon that asks for SASL by `offered`, and says at once that all is well. */
async function trusting(offered: string) {
  const started: Buffer[] = [];
  const daemon = await startFakeDaemon((call, peer) => {
    if (call.procedure === 68) started.push(call.body);
    if (call.procedure === 66) peer.write(reply(call, u32(1, 1)));
    else if (call.procedure === 67) peer.write(reply(call, xdr(offered)));
    else if (call.procedure === 68) peer.write(reply(call, u32(1, 1, 0)));
    else peer.write(reply(call));
  }, true);
  opened.push(daemon);
  return { socket: daemon.socket, started };
}
const credentials = { user: 'é', password: 'p' };

test('PLAIN, four bytes a character as XDR has it', async () => {
  const { socket, started } = await trusting('GSSAPI,PLAIN');
  opened.push(await connect({ socket, credentials: { ...credentials, mechanism: 'PLAIN' } }));
  expect(started).toEqual([Buffer.concat([xdr('PLAIN'), u32(0, 5, 0, -61, -87, 0, 'p'.charCodeAt(0))])]);
});

test.each([
  ['SCRAM-SHA-256', ['PLAIN', 'SCRAM-SHA-256'], undefined, 'unchecked'],
  ['SCRAM-SHA-256', ['SCRAM-SHA-256'], 'SCRAM-SHA-256', 'unverified'],
  ['PLAIN', ['PLAIN'], undefined, 'verified'],
  ['PLAIN', ['PLAIN', 'SCRAM-SHA-256'], 'PLAIN', 'verified'],
  ['PLAIN', ['PLAIN'], 'PLAIN', 'unverified'],
  [undefined, ['PLAIN'], undefined, 'unverified'],
  [undefined, ['PLAIN'], undefined, 'unchecked'],
  [undefined, ['PLAIN'], 'PLAIN', 'unchecked'],
  [undefined, ['PLAIN', 'DIGEST-MD5'], 'SCRAM-SHA-256', 'verified'],
  [undefined, ['SCRAM-SHA-1', 'CRAM-MD5'], undefined, 'verified'],
  [undefined, ['constructor'], undefined, 'verified'],
] as const)('%s of %j, asked for %s, of a server that is %s', (expected, offered, mechanism, peer) => {
  const choose = () => chooseMechanism(offered, { user: 'u', password: 'p', ...(mechanism && { mechanism }) }, peer);
  if (expected === undefined) expect(choose).toThrow(expect.objectContaining({ code: 'AUTH_UNSUPPORTED' }));
  else expect(choose()).toBe(expected);
});

test('a server that offers nothing but PLAIN is not shown the password', async () => {
  const { socket, started } = await trusting('PLAIN');
  await expect(connect({ socket, credentials })).rejects.toThrow(expect.objectContaining({ code: 'AUTH_UNSUPPORTED' }));
  expect(started).toEqual([]);
});

test('a server that skips its own proof is not trusted', async () => {
  const { socket } = await trusting('SCRAM-SHA-256 PLAIN');
  await expect(connect({ socket, credentials })).rejects.toThrow(expect.objectContaining({ code: 'AUTH_FAILED' }));
});

test.each([
  ['GSSAPI', credentials, 'AUTH_UNSUPPORTED'],
  ['PLAIN', undefined, 'AUTH_FAILED'],
])('%s with %j is refused', async (offered, given, code) => {
  const { socket } = await trusting(offered);
  await expect(connect({ socket, ...(given && { credentials: given }) })).rejects.toThrow(
    expect.objectContaining({ code }),
  );
});
