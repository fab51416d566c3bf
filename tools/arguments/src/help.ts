// The text of --help: ways to call a command, what it does, its words and options with what they default to.
import type { Declaration, Option } from "./declaration.ts";

/** The width of a line. */
const WIDTH = 110;

export function helpOf({ name, notes, options = {}, says, usage, words = [] }: Declaration): string {
  const isPlain = Object.keys(options).length === 0;
  const ways = usage ?? [[...words.map(wordOf), ...(isPlain ? [] : ["[options]"])].join(" ")];
  const lines = [
    ...words.flatMap(({ name, says }) => (says === undefined ? [] : [[name, says] as const])),
    ...Object.entries(options).map(
      ([name, option]) => [signatureOf(name, option), meaningOf(option)] as const,
    ),
    ["--help", "this text"] as const,
  ];
  const called = ways.map((way, index) => `${index === 0 ? "Usage:" : "      "} ${name} ${way}`.trimEnd());
  return [called.join("\n"), wrapped(says, 0), table(lines), ...(notes === undefined ? [] : [notes])].join(
    "\n\n",
  );
}

/** Two columns; what does not fit into the second goes on below itself. */
export function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return rows.map(([left, right]) => `  ${left.padEnd(width)}${wrapped(right, width + 2)}`).join("\n");
}

function wordOf({ isOptional, isRepeatable, name }: NonNullable<Declaration["words"]>[number]): string {
  const text = `${name}${isRepeatable ? " …" : ""}`;
  return isOptional ? `[${text}]` : text;
}

function signatureOf(name: string, option: Option): string {
  if (option.kind === "flag") return `--${name}`;
  const { kind, value } = option;
  return `--${name} ${value ?? (kind === "whole" || kind === "number" ? "N" : "TEXT")}`;
}

function meaningOf(option: Option): string {
  if (option.kind === "flag") return option.says;
  const variable = option.variable === undefined ? "" : ` (${option.variable})`;
  const choices = option.kind === "choice" ? `: ${option.of.join(" or ")}` : "";
  return `${option.says}${choices}${variable}${option.default === undefined ? "" : `, default ${option.default}`}`;
}

function wrapped(text: string, indent: number): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) ?? "";
    if (line !== "" && indent + line.length + 1 + word.length > WIDTH) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines.join(`\n${" ".repeat(indent)}`);
}
