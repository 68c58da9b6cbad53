import type { ParsedXml } from '../xml/node.ts';
import { type CompiledSchema, compileGrammar } from './compile.ts';
import { Derivatives } from './derivative.ts';
import { Places } from './places.ts';
import type { SchemaProblem } from './problem.ts';
import { validateDocument } from './validate.ts';

/** A schema, compiled: keep it for all documents of a run. */
export interface DomainSchema {
  /** Holds a document against the schema. @returns at most 100 problems in document order; none when it is valid. */
  validate(document: ParsedXml): readonly SchemaProblem[];
}

/** Patterns remembered before all are forgotten, so that no stream of strange documents fills the memory. */
const maxPatterns = 400_000;

/**
 * Compiles libvirt's schema, or another in the XML syntax of RELAX NG. `files` are the texts of `start` and of all it
 * includes, by file name: those of `/usr/share/libvirt/schemas`.
 *
 * Whether a document is valid is what `xmllint --relaxng` says; the problems are told in words of their own.
 *
 * @throws DomainXmlError `bad-schema` when a file is missing, or with the place of what is not RELAX NG.
 */
export function compileSchema(files: ReadonlyMap<string, string>, start = 'domain.rng'): DomainSchema {
  let compiled: CompiledSchema = compileGrammar(files, start);
  let derivatives = new Derivatives(compiled.pool);
  let known: Places | undefined;
  const places = (): Places => {
    known ??= new Places(compiled.start);
    return known;
  };
  return {
    validate(document) {
      if (compiled.pool.size > maxPatterns) {
        compiled = compileGrammar(files, start);
        derivatives = new Derivatives(compiled.pool);
      }
      return validateDocument({ derivatives, start: compiled.start, places }, document);
    },
  };
}
