// What a run of Stryker means: the share of mutants that the suite noticed, and those that it did not.

export type Status =
  | "Killed"
  | "Survived"
  | "NoCoverage"
  | "Timeout"
  | "RuntimeError"
  | "CompileError"
  | "Ignored"
  | "Pending";

/** A change of the source, as Stryker tells it. */
export type Mutant = {
  file: string;
  line: number;
  status: Status;
  /** The whole line on which it begins. */
  at: string;
  /** The source that was replaced, on one line, and what stood there instead. */
  was: string;
  now: string;
};

/** A mutant that no test can notice, and why. It is named by the source, because lines move. */
export type Equivalent = Pick<Mutant, "file" | "at" | "was" | "now"> & { why: string };

export type Judgement = {
  /** From 0 to 1, of the mutants that can be noticed. */
  score: number;
  counted: number;
  survivors: readonly Mutant[];
  /** Named as equivalent, though no survivor is like it. */
  stale: readonly Equivalent[];
};

export function judge(mutants: readonly Mutant[], equivalents: readonly Equivalent[]): Judgement {
  const lived = mutants.filter(({ status }) => status === "Survived" || status === "NoCoverage");
  const isNamed = (mutant: Mutant) => equivalents.some((each) => isLike(mutant, each));
  const survivors = lived.filter((each) => !isNamed(each));
  const noticed = mutants.filter(({ status }) => status === "Killed" || status === "Timeout").length;
  const counted = noticed + survivors.length;
  return {
    score: counted === 0 ? 1 : noticed / counted,
    counted,
    survivors,
    stale: equivalents.filter((each) => !lived.some((mutant) => isLike(mutant, each))),
  };
}

const isLike = (mutant: Mutant, { at, file, now, was }: Equivalent) =>
  mutant.file === file && mutant.at === at && mutant.was === was && mutant.now === now;

/** Source on one line, as equivalents name it. */
export const onOneLine = (source: string): string => source.replace(/\s+/g, " ").trim();
