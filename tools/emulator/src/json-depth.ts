// JSON inside of texts, such as an event's detail or a policy: what is deeper than the stack is refused.

/** Far beyond what is written by hand or by a program, and far from the end of the stack. */
const MOST_LEVELS = 1000;

/** Throws SyntaxError. The text need not be JSON. */
export function refuseDeepJson(text: string): void {
  if (text.length < 2 * MOST_LEVELS) return;
  let levels = 0;
  // A string is one piece, so that brackets in it do not count.
  for (const [piece] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/gs)) {
    if (piece === "[" || piece === "{") levels++;
    else if (piece === "]" || piece === "}") levels--;
    if (levels > MOST_LEVELS) throw new SyntaxError(`JSON is nested more than ${MOST_LEVELS} levels deep`);
  }
}
