// Comparison without regard to case, character by character, as event-ruler compares.
// Source: aws/event-ruler, EqualsIgnoreCaseParser: a pattern's character stands for its lower and its upper case.

/** Tests whether a text is, begins or ends with the wanted one. */
export function compileFolded(
  wanted: string,
  where: "whole" | "prefix" | "suffix",
): (text: string) => boolean {
  const source = [...wanted].map(bothCases).join("");
  const begin = where === "suffix" ? "" : "^";
  const end = where === "prefix" ? "" : "$";
  const pattern = new RegExp(`${begin}${source}${end}`, "u");
  return (text) => pattern.test(text);
}

/** The upper case of one character may be two, as in `ß`; the other way round there is no such thing. */
function bothCases(character: string): string {
  const cases = new Set([character.toLowerCase(), character.toUpperCase()]);
  const literals = [...cases].map((each) => each.replace(/[$()*+./?[\\\]^{|}]/g, "\\$&"));
  return `(?:${literals.join("|")})`;
}
