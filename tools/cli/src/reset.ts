// `pnpm reset`: deletes the saga's state on this machine, and nothing else.
import { parseArgs } from "node:util";
import { isInUse } from "@order-saga/emulator";
import { DataDirectoryError, deleteDataDirectory } from "@order-saga/local/data-directory";

const { values } = parseArgs({
  args: process.argv.slice(2).filter((each) => each !== "--"),
  options: { data: { type: "string", default: process.env.ORDER_SAGA_DATA ?? ".data" } },
});

try {
  if (await isInUse(values.data))
    throw new DataDirectoryError(`${values.data} is in use; stop that order saga first.`);
  const deleted = deleteDataDirectory(values.data);
  console.log(
    deleted ? `${values.data} was deleted; the next start is a new shop.` : `${values.data} does not exist.`,
  );
} catch (error) {
  if (!(error instanceof DataDirectoryError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
