// What a laptop keeps besides its stores: secrets, the token issuer's key, the clock's offset, faults.

import { openDataDirectory, type Secrets } from "./data-directory.ts";
import { type FaultBoard, openFaultBoard } from "./faults/board.ts";
import { openClock, type PersistentClock } from "./persistent-clock.ts";
import { openSigningKey, type SigningKey } from "./tokens/issuer.ts";

export type State = {
  readonly secrets: Secrets;
  readonly clock: PersistentClock;
  readonly faults: FaultBoard;
  readonly signingKey: SigningKey;
};

/** Without a folder all of it lasts as long as the process. */
export async function openState(directory: string | undefined): Promise<State> {
  return {
    secrets: openDataDirectory(directory),
    clock: openClock(directory),
    faults: openFaultBoard(directory),
    signingKey: await openSigningKey(directory),
  };
}
