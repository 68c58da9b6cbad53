import type { ServiceFile } from '../src/index.ts';

const block = 512;

const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, '0')}\0`;

/** Files as a ustar archive (POSIX, pax(1)): whoever unpacks it gives them to the owners of these names. */
export function archive(files: readonly ServiceFile[]): Buffer {
  const parts = files.flatMap(({ path, mode, owner, group, content }) => {
    const data = Buffer.from(content);
    const header = Buffer.alloc(block);
    const put = (at: number, text: string): number => header.write(text, at, 'latin1');
    put(0, path.slice(1));
    put(100, octal(mode, 8) + octal(0, 8) + octal(0, 8) + octal(data.length, 12) + octal(0, 12));
    put(148, '        0');
    put(257, 'ustar\x0000');
    put(265, owner);
    put(297, group);
    put(
      148,
      `${octal(
        header.reduce((sum, byte) => sum + byte, 0),
        7,
      )} `,
    );
    return [header, data, Buffer.alloc((block - (data.length % block)) % block)];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}
