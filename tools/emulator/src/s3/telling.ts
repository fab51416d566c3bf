// Tells EventBridge what happened to objects, until it has heard: an event is kept with its object.
import type { ObjectEvent } from "./events.ts";
import type { Storage } from "./storage.ts";

export type Telling = {
  /** To be called when there may be something to tell. */
  soon(): void;
  stop(): void;
};

const AGAIN_AFTER_MILLISECONDS = 1000;

/** An event is told at least once: again if the process ends between the telling and its record. */
export function createTelling(
  storage: Pick<Storage, "noted" | "told">,
  tell: (event: ObjectEvent) => Promise<void>,
): Telling {
  let isRunning = false;
  let isStopped = false;
  let again: NodeJS.Timeout | undefined;

  async function tellAll(): Promise<void> {
    for (let noted = storage.noted(); noted.length > 0 && !isStopped; noted = storage.noted()) {
      for (const { event, id } of noted) {
        await tell(event as ObjectEvent);
        if (isStopped) return;
        storage.told(id);
      }
    }
  }

  function soon(): void {
    if (isRunning || isStopped) return;
    isRunning = true;
    tellAll()
      .catch(() => {
        again ??= setTimeout(() => {
          again = undefined;
          soon();
        }, AGAIN_AFTER_MILLISECONDS).unref();
      })
      .finally(() => {
        isRunning = false;
      });
  }

  return {
    soon,
    stop() {
      isStopped = true;
      clearTimeout(again);
    },
  };
}
