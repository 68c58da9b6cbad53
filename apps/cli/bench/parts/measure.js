import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** resource's RUSAGE_CHILDREN is what Node does not tell. */
const meter = `
import json, resource, subprocess, sys, time
start = time.monotonic()
run = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
wall = time.monotonic() - start
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({"status": run.returncode, "wall": wall, "cpu": usage.ru_utime + usage.ru_stime,
  "peak": usage.ru_maxrss / 1024, "lines": run.stdout.count(b"\\n")}))`;

/**
 * Runs a program to its end, while this process goes on.
 *
 * @param ends the exit status that it is to have
 * @returns the wall and processor time in seconds and the peak of memory in MiB of it and its children, and the lines it printed
 * @throws Error when it ends otherwise
 */
export async function measure(command, ends = 0) {
  const { stdout, stderr } = await promisify(execFile)('python3', ['-c', meter, ...command], { maxBuffer: 2 ** 28 });
  const { status, ...measured } = JSON.parse(stdout);
  if (status !== ends) throw new Error(`${command.join(' ')} ended with ${status}: ${stderr}`);
  return measured;
}
