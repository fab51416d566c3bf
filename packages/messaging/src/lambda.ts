// Lambda's sandbox: the process's environment, clock, chance and standard output, and real clients.
import type { Sandbox } from "./sandbox.ts";

export const lambda: Sandbox = {
  variable: (name) => process.env[name],
  now: () => Date.now(),
  // Loaded by the few functions that need an id, not by all: it is a millisecond of a cold start.
  newId: () => process.getBuiltinModule("node:crypto").randomUUID(),
  pause: (longest) => new Promise((resolve) => setTimeout(resolve, Math.random() * longest)),
  write: (line) => void process.stdout.write(`${line}\n`),
  client: (_, create) => create(),
};
