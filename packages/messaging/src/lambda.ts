// Lambda's sandbox: the process's environment, clock, chance and standard output, and real clients.
import { randomUUID } from "node:crypto";
import type { Sandbox } from "./sandbox.ts";

export const lambda: Sandbox = {
  variable: (name) => process.env[name],
  now: () => Date.now(),
  newId: () => randomUUID(),
  pause: (longest) => new Promise((resolve) => setTimeout(resolve, Math.random() * longest)),
  write: (line) => void process.stdout.write(`${line}\n`),
  client: (_, create) => create(),
};
