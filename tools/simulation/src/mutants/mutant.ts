// A mutant of the production code: what a developer might have written instead, as exact edits of its files.

export type Edit = {
  /** Below `packages/`. */
  file: string;
  /** Occurs exactly once in the file. */
  find: string;
  replace: string;
};

export type Mutant = Edit & {
  name: string;
  /** The mistake a developer would make, in one sentence. */
  why: string;
  /** Further edits, where the mistake has more than one place. */
  also?: readonly Edit[];
};

export function editsOf({ also = [], file, find, replace }: Mutant): Edit[] {
  return [{ file, find, replace }, ...also];
}

/** The source as the edits leave it. Throws if what one of them looks for is not there exactly once. */
export function edited(source: string, edits: readonly Edit[]): string {
  return edits.reduce((text, { file, find, replace }) => {
    const [before = "", after, ...more] = text.split(find);
    if (after === undefined || more.length > 0) {
      const times = after === undefined ? 0 : more.length + 1;
      throw new Error(`${file} has ${times} times, not once: ${find}`);
    }
    return `${before}${replace}${after}`;
  }, source);
}
