import { cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { execa } from './execa.ts';

/** What a kernel starts with: its first program, and the modules which that program loads. */
export interface Initrd {
  /** A shell script for busybox; the modules are in `/modules`, in the order in which they must be loaded. */
  readonly init: string;
  readonly modules: readonly string[];
}

/** An initramfs of busybox and some modules. */
export interface InitrdParts {
  readonly busybox: string;
  /** The folder below which `lib/modules/<release>` lies. */
  readonly base: string;
  readonly release: string;
}

/** Packs an initramfs into the file `target`. */
export async function buildInitrd({ init, modules }: Initrd, parts: InitrdParts, target: string): Promise<void> {
  const root = `${target}.root`;
  for (const name of ['bin', 'dev', 'proc', 'root', 'modules']) await mkdir(join(root, name), { recursive: true });
  await cp(parts.busybox, join(root, 'bin/busybox'));
  const { stdout: applets } = await execa(parts.busybox, ['--list']);
  for (const applet of applets.split('\n')) {
    if (applet !== 'busybox') await symlink('busybox', join(root, 'bin', applet));
  }
  await writeFile(join(root, 'init'), init, { mode: 0o755 });
  for (const [index, module] of (await moduleFiles(modules, parts)).entries()) {
    await copyModule(module, join(root, 'modules'), String(index).padStart(2, '0'));
  }
  await packInitrd(root, target);
  await rm(root, { recursive: true });
}

/** The modules' files in the order in which they must be loaded; those built into the kernel need none. */
async function moduleFiles(modules: readonly string[], { base, release }: InitrdParts): Promise<string[]> {
  const files = new Set<string>();
  for (const module of modules) {
    const { stdout } = await execa('modprobe', ['-d', base, '-S', release, '--show-depends', module], {
      reject: false,
    });
    for (const [, file] of stdout.matchAll(/^insmod (\S+)/gm)) if (file) files.add(file);
  }
  return [...files];
}

async function copyModule(file: string, folder: string, number: string): Promise<void> {
  const target = join(folder, `${number}-${basename(file).replace(/\.(xz|zst)$/, '')}`);
  if (file.endsWith('.xz')) await execa('xz', ['-dc', file], { stdout: { file: target } });
  else if (file.endsWith('.zst')) await execa('zstd', ['-dcq', file], { stdout: { file: target } });
  else await cp(file, target);
}

async function packInitrd(root: string, target: string): Promise<void> {
  const { stdout: names } = await execa('find', ['.'], { cwd: root });
  const archive = await execa('cpio', ['-o', '-H', 'newc', '--quiet'], {
    cwd: root,
    input: `${names}\n`,
    encoding: 'buffer',
  });
  await execa('gzip', ['-1'], { input: archive.stdout, stdout: { file: target } });
}
