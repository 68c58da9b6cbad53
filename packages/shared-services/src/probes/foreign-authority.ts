import type { Probe } from './probe.ts';

/** The certificate of an authority that nobody has the key of: whoever takes a server by it takes anyone. */
const certificate = `-----BEGIN CERTIFICATE-----
MIIBqDCCAU2gAwIBAgIUcgDT4b1cwS3z3JGRnacA45d1WeYwCgYIKoZIzj0EAwIw
KDEmMCQGA1UEAwwdRm9yZWlnbiBhdXRob3JpdHkgb2YgYSBkb2N0b3IwIBcNMjYx
MTI2MDEzMTEzWhgPMjEyNjExMDIwMTMxMTNaMCgxJjAkBgNVBAMMHUZvcmVpZ24g
YXV0aG9yaXR5IG9mIGEgZG9jdG9yMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
RMQtokFODV+CROEKVkZMHhN2Ci3PuxoYdxwr6Y1G0cwxQa6jICs84HvnrxiEQuep
FdY04wJOgNSTFRHjBixEm6NTMFEwHQYDVR0OBBYEFOSsAJ5+RlLdxIQevd0UA57V
/Nc1MB8GA1UdIwQYMBaAFOSsAJ5+RlLdxIQevd0UA57V/Nc1MA8GA1UdEwEB/wQF
MAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIhAKQ4LcBDu8n5s5S0iF1MzxMcOFe77bCp
ITSD893PoRTUAiEAgqGz1B8jrIU+BlrwPliDAHbmPqbO+itfrefhPjiDsWA=
-----END CERTIFICATE-----
`;

/** Puts the input into a file that only root can change while a program runs. */
const script = 'file=$1; shift; cat >"$file"; "$@"; code=$?; rm -f "$file"; exit "$code"';

/**
 * The same as `command`, but trusting the foreign authority only, whose certificate is in `file` meanwhile.
 *
 * @param file below /run, in a folder that is root's or the program's own
 */
export const byForeignAuthority = (
  file: string,
  command: (authority: string) => readonly string[],
): Pick<Probe, 'command' | 'input'> => ({
  command: ['sh', '-c', script, 'probe', file, ...command(file)],
  input: certificate,
});

/** Where the certificate is, for programs that may read everything. */
export const foreignFile = '/run/kvm-doctor-ca.crt';
