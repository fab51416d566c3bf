// Compares texts without regard to case, character by character as event-ruler does.
// Source: aws/event-ruler, EqualsIgnoreCaseParser.

/** Tests whether a text equals, begins with or ends with the wanted one. */
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

/** One character's upper case may be two characters, as of `ß`. */
function bothCases(character: string): string {
  const cases = new Set([character.toLowerCase(), character.toUpperCase()]);
  const literals = [...cases].map((each) => each.replace(/[$()*+./?[\\\]^{|}]/g, "\\$&"));
  return `(?:${literals.join("|")})`;
}
