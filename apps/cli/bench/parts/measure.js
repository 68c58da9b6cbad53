import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** resource's RUSAGE_CHILDREN is what Node does not tell. */
const meter = `
import json, resource, subprocess, sys
run = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({"status": run.returncode, "cpu": usage.ru_utime + usage.ru_stime, "lines": run.stdout.count(b"\\n")}))`;

/**
 * Runs a program to its end, while this process goes on.
 *
 * @returns its exit status, the processor time in seconds that it and its children took, the lines that it printed, its messages
 */
export async function measure(...command) {
  const { stdout, stderr } = await promisify(execFile)('python3', ['-c', meter, ...command], { maxBuffer: 2 ** 28 });
  return { ...JSON.parse(stdout), stderr };
}
