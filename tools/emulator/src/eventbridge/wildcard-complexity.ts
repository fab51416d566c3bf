// How many beginnings of a field's wildcards one text can match at once, which EventBridge limits.
// Source: aws/event-ruler, MachineComplexityEvaluator; EventBridge user guide, "Comparison operators".

/** An element of a field's list; several wildcards if it is `anything-but` of a list. */
export type Wildcards = readonly string[];

/**
 * The guide gives no number. Its example of what is too complex has 10, and any other that is known to be
 * refused has 10 or more; the most complex that is known to be accepted has 9.
 */
export const TOO_COMPLEX = 10;

type Token = string | typeof ANY;
const ANY = Symbol("any characters");
/** A beginning of a wildcard; those up to the first `*` are one for all elements that share it. */
type Beginning = { weight: Set<number>; after: Map<Token, Beginning[]>; isOpen: boolean };

/** At most TOO_COMPLEX. */
export function complexityOf(elements: readonly Wildcards[]): number {
  const start = machineOf(elements);
  const seen = new Set<string>();
  const numbers = new Map<Beginning, number>();
  const keyOf = (state: readonly Beginning[]) => {
    for (const each of state) if (!numbers.has(each)) numbers.set(each, numbers.size);
    return state
      .map((each) => numbers.get(each))
      .sort()
      .join();
  };
  let most = 0;
  const waiting: (readonly Beginning[])[] = [[start]];
  for (let state = waiting.pop(); state; state = waiting.pop()) {
    for (const character of new Set(state.flatMap((each) => [...each.after.keys()]))) {
      const next = step(state, character);
      most = Math.max(
        most,
        next.reduce((sum, { weight }) => sum + weight.size, 0),
      );
      if (most >= TOO_COMPLEX) return TOO_COMPLEX;
      const key = keyOf(next);
      if (!seen.has(key)) waiting.push(next);
      seen.add(key);
    }
  }
  return most;
}

/** The beginnings that match once one more character has been read; ANY stands for one that none asks for. */
function step(state: readonly Beginning[], character: Token): readonly Beginning[] {
  const next = new Set<Beginning>();
  const reach = (beginning: Beginning) => {
    next.add(beginning);
    for (const open of beginning.after.get(ANY) ?? []) next.add(open);
  };
  for (const each of state) {
    if (each.isOpen) reach(each);
    if (character !== ANY) for (const following of each.after.get(character) ?? []) reach(following);
  }
  return [...next];
}

function machineOf(elements: readonly Wildcards[]): Beginning {
  const start: Beginning = { weight: new Set(), after: new Map(), isOpen: false };
  for (const [element, wildcards] of elements.entries()) {
    for (const wildcard of new Set(wildcards)) {
      let at = start;
      let isShared = true;
      for (const token of tokensOf(wildcard)) {
        const known = isShared ? at.after.get(token)?.[0] : undefined;
        const next = known ?? { weight: new Set<number>(), after: new Map(), isOpen: token === ANY };
        if (!known) at.after.set(token, [...(at.after.get(token) ?? []), next]);
        next.weight.add(element);
        at = next;
        isShared &&= token !== ANY;
      }
    }
  }
  return start;
}

/** The bytes of the text with its quotes, as event-ruler compares it; the wildcard has been found valid. */
function tokensOf(wildcard: string): Token[] {
  const bytes = Buffer.from(`"${wildcard}"`).toString("latin1");
  return [...bytes.matchAll(/\\(.)|\*|./gs)].map(([token, escaped]) =>
    token === "*" ? ANY : (escaped ?? token),
  );
}
