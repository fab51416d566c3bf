// `pnpm start`: keeps the code that V8 compiles for the next start, which costs a fifth less, and runs the
// saga.
import { command, run } from "@order-saga/arguments";
import { keepCompiledCode, writeCompiledCodeSoon } from "@order-saga/local/fast-path/compile-cache";
import { haveServicesOf } from "@order-saga/services/optional";
import { runtimeOptions, startDeclaration } from "./options.ts";

/** Errors of the runtime whose message says what to do. Their classes are loaded with the runtime. */
const expected = [
  "PortInUseError",
  "DataDirectoryError",
  "AwsRefusal",
  "IncompleteServices",
  "UnknownReaction",
];

const start = command(startDeclaration, async (values) => {
  const options = runtimeOptions(values);
  haveServicesOf(options.settings ?? {});
  console.log("Starting the services …");
  const notKept = keepCompiledCode();
  if (notKept !== undefined) console.error(`! ${notKept}`);
  const { runSaga } = await import("./saga.ts");
  writeCompiledCodeSoon();
  await runSaga(options);
  return undefined;
});

await run(start, ({ name }) => expected.includes(name));
