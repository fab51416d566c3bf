// One test per behaviour of Lambda and API Gateway, with its source; docs/aws-semantics.md lists them with
// the emulator's.
import { test } from "vitest";

/** The source is a title in the emulator's `test/semantics/sources.ts`, whose table refuses any other. */
export function documented(name: string, _source: string, check: () => Promise<void>): void {
  test(name, check);
}
