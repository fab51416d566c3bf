// Parses an expression's text into a tree, once for each text.
import { type Condition, readCondition } from "./conditions.ts";
import { type Path, refuseOverlaps, type Tokens, tokensOf } from "./tokenizer.ts";
import { readUpdate, type Update } from "./updates.ts";

export type { Comparison, Condition, Operand } from "./conditions.ts";
export type { Path } from "./tokenizer.ts";
export type { Action, Source, Update } from "./updates.ts";

/** A tree in which every #name is resolved, and the #names and :values that the text uses. */
export type Parsed<T> = { readonly tree: T; readonly used: ReadonlySet<string> };

/** Of `ExpressionAttributeNames`; a value that is not a string counts as undefined. */
export type Names = Readonly<Record<string, unknown>>;

/** Throws a DynamoFailure, with DynamoDB's own message, for a text that breaks the grammar. */
export type Parser<T> = (text: string, names?: Names | undefined) => Parsed<T>;

/** Condition, filter and key condition expressions share one grammar. */
export const parseCondition: Parser<Condition> = parserOf(readCondition);
export const parseUpdate: Parser<Update> = parserOf(readUpdate);
export const parseProjection: Parser<Path[]> = parserOf(readProjection);

/** An expression may be generated anew for each request, so the cache has a limit. */
const MAXIMUM_CACHED = 2000;

function parserOf<T>(read: (tokens: Tokens) => T): Parser<T> {
  const cache = new Map<string, Parsed<T>>();
  return (text, names) => {
    const id = names ? `${text}\0${JSON.stringify(names)}` : text;
    const cached = cache.get(id);
    if (cached) return cached;
    const used = new Set<string>();
    const tokens = tokensOf(text, names ?? {}, used);
    const parsed = { tree: read(tokens), used };
    if (tokens.peek() !== undefined) tokens.unexpected();
    if (cache.size >= MAXIMUM_CACHED) cache.clear();
    cache.set(id, parsed);
    return parsed;
  };
}

function readProjection(tokens: Tokens): Path[] {
  const paths = [tokens.path()];
  while (tokens.accept(",")) paths.push(tokens.path());
  refuseOverlaps(paths);
  return paths;
}
