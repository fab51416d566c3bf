// The argument parser of every command.
export { type Command, command, commands } from "./command.ts";
export { type Declaration, type Options, port, stage, type Values, type Word } from "./declaration.ts";
export { helpOf } from "./help.ts";
export { parse, UsageError } from "./parse.ts";
export { run } from "./run.ts";
