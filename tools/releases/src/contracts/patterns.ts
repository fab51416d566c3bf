// Whether one regular expression accepts all that another does, exactly, by their automata.
import { RegExpParser } from "@eslint-community/regexpp";
import { DFA, isDisjointWith, JS, NFA } from "refa";

/** How the texts of the later pattern stand to those of the earlier; undefined where it cannot be told. */
export type Comparison = "same" | "wider" | "narrower" | "other" | undefined;

export function comparePatterns(before: string, after: string): Comparison {
  if (before === after) return "same";
  try {
    const [earlier, later] = [automatonOf(before), automatonOf(after)];
    const keeps = isDisjointWith(earlier, complementOf(later));
    const stays = isDisjointWith(later, complementOf(earlier));
    if (keeps && stays) return "same";
    return keeps ? "wider" : stays ? "narrower" : "other";
  } catch {
    // Look-arounds, back-references and automata of too many states.
    return undefined;
  }
}

function automatonOf(pattern: string): NFA {
  const parser = JS.Parser.fromLiteral({ source: anchored(pattern), flags: "u" });
  const { expression, maxCharacter } = parser.parse({ assertions: "throw", backreferences: "throw" });
  return NFA.fromRegex(expression, { maxCharacter }, {}, new NFA.LimitedNodeFactory(MOST_STATES));
}

function complementOf(automaton: NFA): DFA {
  const dfa = DFA.fromFA(automaton, new DFA.LimitedNodeFactory(MOST_STATES));
  dfa.complement(new DFA.LimitedNodeFactory(MOST_STATES));
  return dfa;
}

const MOST_STATES = 20_000;

/** JSON Schema searches for a pattern anywhere; an automaton reads all of a text. */
function anchored(pattern: string): string {
  const { alternatives } = new RegExpParser().parsePattern(pattern, 0, pattern.length, { unicode: true });
  return alternatives
    .map(({ elements, end, start }) => {
      const [first, last] = [elements.at(0), elements.at(-1)];
      const begins = first?.type === "Assertion" && first.kind === "start";
      const ends = last?.type === "Assertion" && last.kind === "end";
      const body = pattern.slice(begins ? first.end : start, ends ? last.start : end);
      return `${begins ? "" : "[^]*"}(?:${body})${ends ? "" : "[^]*"}`;
    })
    .join("|");
}
