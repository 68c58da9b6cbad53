import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Once before the system's tests. */
export default function buildBundle(): void {
  execFileSync(process.execPath, [fileURLToPath(new URL('../bundle.js', import.meta.url))]);
}
