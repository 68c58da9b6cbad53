import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { RenderedText } from '../src/index.ts';

/** A folder that holds the given texts, each at its path below it. */
export class TextFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'netplan-'));

  /** @returns where the text is now */
  add(text: RenderedText): string {
    const path = join(this.path, text.path);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text.content, { mode: text.mode });
    return path;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
