// `pnpm reset`: deletes the saga's state on this machine, and nothing else.
import { command, run } from "@order-saga/arguments";
import { isInUse } from "@order-saga/emulator";
import { DataDirectoryError, deleteDataDirectory } from "@order-saga/local/data-directory";

const reset = command(
  {
    name: "pnpm reset",
    says: "Deletes the saga's state on this machine, and nothing else; the next start is a new shop.",
    options: {
      data: {
        kind: "text",
        value: "DIR",
        variable: "ORDER_SAGA_DATA",
        default: ".data",
        needs: "a folder",
        says: "where the state is kept",
      },
    },
  },
  async ({ data }) => {
    if (await isInUse(data)) throw new DataDirectoryError(`${data} is in use; stop that order saga first.`);
    const [deleted, link] = deleteDataDirectory(data);
    if (deleted === undefined) console.log(`${data} does not exist.`);
    else if (link === undefined) console.log(`${data} was deleted; the next start is a new shop.`);
    else console.log(`${deleted} and the link ${link} to it were deleted; the next start is a new shop.`);
    return 0;
  },
);

await run(reset, (error) => error instanceof DataDirectoryError);
