// Plays a rush over the functions as this import of it has them: the shipped ones, or a mutant's.
import { loadFunctions } from "../load-functions.ts";
import { playRush, type Refusals, type Rush } from "../overload.ts";

export type RushTrial = { tryRush(rush: Rush): Promise<Refusals> };

const functions = await loadFunctions();

export const tryRush: RushTrial["tryRush"] = (rush) =>
  playRush(rush, { first: functions, second: functions });
