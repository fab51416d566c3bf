// Opens the tables' LevelDB: whole, and the one that belongs to this state, or not at all.
import { asStateError, assertSameStart, type Starts, StateError } from "../stores.ts";
import type { Level } from "./dynalite.ts";
import { assertWholeLogs } from "./level-log.ts";

/** No table's keys begin like this. */
const STAMP = "starts~";

/** Written last when it is closed; nothing else tells a log that was cut short afterwards from a whole one. */
const CLOSED = "closed~";

const CHUNK = 1000;

export async function openLevel(
  level: Level,
  directory: string,
  { starts, wasClosed }: Starts,
): Promise<void> {
  assertWholeLogs(directory);
  try {
    // Where there was one LevelDB must not begin a new one: it would also delete the tables it no longer knows.
    await level.open({ createIfMissing: starts === 0 });
  } catch (cause) {
    const { code, message } = reasonOf(cause);
    if (code === "LEVEL_LOCKED")
      throw new StateError(`${directory} is in use by another process`, { isInUse: true, cause });
    throw new StateError(`${directory} cannot be opened: ${message}`, { cause });
  }
  try {
    await readThrough(level);
    assertSameStart(directory, Number((await level.get(STAMP)) ?? 0), starts);
    if (wasClosed && Number((await level.get(CLOSED)) ?? 0) < starts)
      throw new StateError(`${directory} has lost what was written to it before it was closed`);
    await level.batch([{ type: "put", key: STAMP, value: starts + 1 }]);
  } catch (cause) {
    await level.close();
    throw asStateError(directory, cause);
  }
}

export async function closeLevel(level: Level, { starts }: Starts): Promise<void> {
  await level.batch([{ type: "put", key: CLOSED, value: starts + 1 }]);
  await level.close();
}

/** True if another process has the LevelDB open; it is left as it is. */
export async function isOpenElsewhere(level: Level): Promise<boolean> {
  try {
    await level.open({ createIfMissing: false });
    await level.close();
    return false;
  } catch (error) {
    return reasonOf(error).code === "LEVEL_LOCKED";
  }
}

function reasonOf(error: unknown): { code?: string; message: string } {
  return ((error as Error).cause ?? error) as Error & { code?: string };
}

/** LevelDB notices a table that was cut short only when it is read: better now than in the middle of an order. */
async function readThrough(level: Level): Promise<void> {
  const keys = level.keys();
  while ((await keys.nextv(CHUNK)).length > 0);
  await keys.close();
}
