// `pnpm start`: keeps the code that V8 compiles for the next start, which costs a fifth less, and runs the
// saga.
import { enableCompileCache, flushCompileCache } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { command, run } from "@order-saga/arguments";
import { runtimeOptions, startDeclaration } from "./options.ts";

/** Errors of the runtime whose message says what to do. Their classes are loaded with the runtime. */
const expected = ["PortInUseError", "DataDirectoryError", "AwsRefusal"];

const start = command(startDeclaration, async (values) => {
  const options = runtimeOptions(values);
  console.log("Starting the services …");
  // In the environment, because the services' threads read it from there.
  process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), "order-saga-compile-cache");
  enableCompileCache();
  const { runSaga } = await import("./saga.ts");
  // Not while the first order is waited for; a process that is killed before keeps nothing.
  setTimeout(flushCompileCache, 3000).unref();
  await runSaga(options);
  return undefined;
});

await run(start, ({ name }) => expected.includes(name));
