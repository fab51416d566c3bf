// The `wildcard` operator: `*` stands for any characters, `\*` and `\\` for themselves.
// Source: EventBridge user guide, "Wildcard matching"; aws/event-ruler, WildcardParser.
import { invalidPattern } from "./errors.ts";

/** The test takes time linear in the text, whatever the pattern. */
export function compileWildcard(pattern: string, where: string): (text: string) => boolean {
  const [first = "", ...rest] = literalsOf(pattern, where);
  const last = rest.pop();
  if (last === undefined) return (text) => text === first;
  return (text) => {
    if (!text.startsWith(first) || text.length < first.length + last.length) return false;
    const end = text.length - last.length;
    let from = first.length;
    for (const literal of rest) {
      const at = text.indexOf(literal, from);
      if (at === -1 || at + literal.length > end) return false;
      from = at + literal.length;
    }
    return text.endsWith(last);
  };
}

/** The texts between the wildcards. */
function literalsOf(pattern: string, where: string): string[] {
  const literals = [""];
  const append = (text: string) => literals.push(`${literals.pop()}${text}`);
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern.charAt(i);
    const next = pattern.charAt(i + 1);
    if (character === "\\") {
      if (next !== "*" && next !== "\\") {
        throw invalidPattern(where, `Invalid escape character at pos ${position(pattern, i)}`);
      }
      append(next);
      i++;
    } else if (character === "*") {
      if (next === "*") {
        throw invalidPattern(where, `Consecutive wildcard characters at pos ${position(pattern, i)}`);
      }
      literals.push("");
    } else append(character);
  }
  return literals;
}

/** In bytes, and after the quote with which event-ruler begins a text. */
const position = (pattern: string, index: number) => 1 + Buffer.byteLength(pattern.slice(0, index));
