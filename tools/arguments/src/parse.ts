// Reads the words of a command line by a declaration; the first mistake is one sentence.
import { parseArgs } from "node:util";
import type { Declaration, Flag, Numeric, Option, Options, Values, Word } from "./declaration.ts";

/** The words on the command line were wrong; the message says which, and what is right. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Throws UsageError. Options win over the environment, which wins over defaults. */
export function parse<const O extends Options>(
  { options = {} as O, words = [] }: Declaration<O>,
  args: readonly string[],
  environment: Environment = {},
): { values: Values<O>; words: string[] } {
  const texts = new Map<string, string>();
  const positionals: string[] = [];
  for (const token of tokensOf(options, args)) {
    if (token.kind === "positional") positionals.push(token.value);
    else if (token.kind === "option") texts.set(token.name, textOf(options, token));
  }
  const values = Object.entries(options).map(([name, option]) => [
    name,
    valueFor(name, option, texts.get(name), environment),
  ]);
  return { values: Object.fromEntries(values), words: checked(positionals, words) };
}

function tokensOf(options: Options, args: readonly string[]) {
  const config = Object.entries(options).map(([name, { kind }]) => [
    name,
    { type: kind === "flag" ? ("boolean" as const) : ("string" as const) },
  ]);
  return parseArgs({
    // pnpm passes a bare `--` on; it separates nothing here.
    args: args.filter((each) => each !== "--"),
    options: Object.fromEntries(config),
    // What is wrong is said below, in one sentence.
    strict: false,
    allowPositionals: true,
    tokens: true,
  }).tokens;
}

type OptionToken = {
  name: string;
  rawName: string;
  value?: string | undefined;
  inlineValue?: boolean | undefined;
};

function textOf(options: Options, { name, rawName, value, inlineValue }: OptionToken): string {
  const option = Object.hasOwn(options, name) && rawName.startsWith("--") ? options[name] : undefined;
  if (!option) throw new UsageError(`there is no option ${rawName}${guess(rawName, optionNames(options))}`);
  if (option.kind === "flag") {
    if (value !== undefined)
      throw new UsageError(`${rawName} takes no value, so not ${JSON.stringify(value)}`);
    return "true";
  }
  // A dash begins the next option, unless a number is asked for: -1 is a number out of range.
  const isNumber = (option.kind === "whole" || option.kind === "number") && /^-\d/.test(value ?? "");
  if (value === undefined || (!inlineValue && value.startsWith("-") && !isNumber))
    throw new UsageError(`${rawName} needs ${needOf(option)}`);
  return value;
}

const optionNames = (options: Options) => [...Object.keys(options), "help"].map((name) => `--${name}`);

function valueFor(name: string, option: Option, text: string | undefined, environment: Environment) {
  if (option.kind === "flag") return text !== undefined;
  if (text !== undefined) return converted(`--${name}`, option, text);
  const { variable } = option;
  const inherited = variable === undefined ? undefined : environment[variable];
  return inherited === undefined ? option.default : converted(String(variable), option, inherited);
}

function converted(source: string, option: Exclude<Option, Flag>, text: string): string | number {
  const refuse = () => new UsageError(`${source} needs ${needOf(option)}, not ${JSON.stringify(text)}`);
  if (option.kind === "text") {
    if (!(option.pattern ?? /./).test(text)) throw refuse();
    return text;
  }
  if (option.kind === "choice") {
    if (!option.of.includes(text)) throw refuse();
    return text;
  }
  const number = text.trim() === "" ? Number.NaN : Number(text);
  const isInside = number >= (option.least ?? -Infinity) && number <= (option.most ?? Infinity);
  if (!isInside || (option.kind === "whole" && !Number.isSafeInteger(number))) throw refuse();
  return number;
}

function needOf(option: Exclude<Option, Flag>): string {
  if (option.kind === "text") return option.needs ?? "a value";
  if (option.kind === "choice") return listed(option.of);
  return `${option.kind === "whole" ? "a whole number" : "a number"}${rangeOf(option)}`;
}

function rangeOf({ least, most }: Numeric): string {
  if (least !== undefined && most !== undefined) return ` from ${least} to ${most}`;
  if (least !== undefined) return ` of at least ${least}`;
  return most === undefined ? "" : ` of at most ${most}`;
}

function checked(given: string[], words: readonly Word[]): string[] {
  const last = words.at(-1);
  for (const [index, text] of given.entries()) {
    const word = words[index] ?? (last?.isRepeatable ? last : undefined);
    if (!word) throw new UsageError(`${JSON.stringify(text)} is one word too many`);
    if (word.of && !word.of.includes(text))
      throw new UsageError(
        `there is no ${word.name.toLowerCase()} ${JSON.stringify(text)}${guess(text, word.of) || `: take ${listed(word.of)}`}`,
      );
  }
  const missing = words.slice(given.length).find(({ isOptional }) => !isOptional);
  if (missing)
    throw new UsageError(`${missing.name} is missing${missing.of ? `: take ${listed(missing.of)}` : ""}`);
  return given;
}

/** Few enough to be read in a sentence; the help has all. */
function listed(names: readonly string[]): string {
  return names.length > 8
    ? "one of those that --help lists"
    : new Intl.ListFormat("en", { type: "disjunction" }).format(names);
}

function guess(text: string, names: readonly string[]): string {
  const [best] = names
    .map((name) => ({ name, distance: distanceOf(text, name) }))
    .filter(({ name, distance }) => distance <= 2 || (text.length > 4 && name.startsWith(text)))
    .sort((a, b) => a.distance - b.distance);
  return best ? `: did you mean ${best.name}?` : "";
}

/** Levenshtein's: how many letters must be put in, left out or replaced. */
function distanceOf(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...to].entries())
      next.push(
        Math.min((row[j] ?? 0) + (letter === other ? 0 : 1), (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1),
      );
    row = next;
  }
  return row.at(-1) ?? 0;
}
