// Lambda's execution environment: the process's variables, clock, chance, standard output, real clients.
import type { ExecutionEnvironment } from "./execution-environment.ts";

export const lambda: ExecutionEnvironment = {
  variable: (name) => process.env[name],
  now: () => Date.now(),
  // Loaded by the few functions that need an id, not by all: it is a millisecond of a cold start.
  newId: () => process.getBuiltinModule("node:crypto").randomUUID(),
  random: (bytes) => process.getBuiltinModule("node:crypto").randomBytes(bytes),
  pause: (longest) => new Promise((resolve) => setTimeout(resolve, Math.random() * longest)),
  wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  write: (line) => void process.stdout.write(`${line}\n`),
  client: (_, create) => create(),
};
