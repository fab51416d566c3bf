// The argument parser of every command.
export { type Command, command, commands } from "./command.ts";
export type { Declaration, Options, Values, Word } from "./declaration.ts";
export { helpOf } from "./help.ts";
export { parse, UsageError } from "./parse.ts";
export { run } from "./run.ts";
