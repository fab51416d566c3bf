// Redrives every dead letter that is shown, queue after queue, and stops where one fails again.
import { useSignal } from "@preact/signals";
import type { DeadLetterGroup, RedriveResult } from "../../../../src/console-api.ts";
import { messagesByQueue, redriveEach, redriveWords } from "../../layout/redrive.ts";
import { confirmUnless } from "../../parts/dialog.tsx";
import { act } from "../../state/ask.ts";

const RATE = 10;

export function RedriveAll({ groups }: { groups: readonly DeadLetterGroup[] }) {
  const said = useSignal("");
  const isBusy = useSignal(false);
  const queues = messagesByQueue(groups);
  const total = [...queues.values()].reduce((sum, count) => sum + count, 0);
  const redrive = async () => {
    isBusy.value = true;
    said.value = "Redriving …";
    try {
      const result = await redriveEach(queues, (queue) =>
        act<RedriveResult>("dead-letters/redrive", { queue, rate: RATE, stopOnFailure: true }),
      );
      said.value = redriveWords(result);
    } catch (error) {
      said.value = (error as Error).message;
    }
    isBusy.value = false;
  };
  return (
    <>
      <span role="status">{said.value}</span>
      {groups.length > 1 && (
        <button
          type="button"
          aria-disabled={isBusy.value}
          onClick={() =>
            confirmUnless(isBusy.value, {
              title: `Redrive all ${total} messages of ${queues.size === 1 ? "1 queue" : `${queues.size} queues`}?`,
              detail: `${[...queues].map(([queue, count]) => `${count} of ${queue}`).join(", ")}. ${RATE} a second; it stops when one comes back.`,
              act: `Redrive ${total}`,
              onYes: redrive,
            })
          }
        >
          Redrive all {total}
        </button>
      )}
    </>
  );
}
