/** A function of bash that writes a tarball as it is inside: by what the file begins with, whatever it is called. */
export const decompressFunction = `
decompress() {
  case $(head -c 6 -- "$1" | od -An -tx1 | tr -d ' \\n') in
  28b52ffd*) zstd -q -dc -- "$1" ;;
  fd377a585a00) xz -dc -- "$1" ;;
  1f8b*) gzip -dc -- "$1" ;;
  *) cat -- "$1" ;;
  esac
}
`;
