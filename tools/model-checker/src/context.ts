// What every part of one search shares.
import type { History } from "./history.ts";
import type { Interner } from "./interner.ts";
import type { Messages } from "./messages.ts";
import type { Runs } from "./runs.ts";
import type { Scope } from "./scopes.ts";
import type { Saga } from "./world.ts";

export type SearchContext = {
  interner: Interner;
  history: History;
  messages: Messages;
  runs: Runs;
  /** The bits of messages that can change nothing any more: a queue need not hold them. */
  obsolete(saga: Saga): number;
  scope: Scope;
  /** Milliseconds. */
  moments: readonly number[];
};
