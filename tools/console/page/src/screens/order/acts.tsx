// What a person can do about the order: a button for each trouble, confirmed in words that say what happens.
import { useSignal } from "@preact/signals";
import type { ActRow, OrderAct, RedriveResult } from "../../../../src/console-api.ts";
import { redriveWords } from "../../layout/redrive.ts";
import { confirmFirst } from "../../parts/dialog.tsx";
import { act } from "../../state/ask.ts";
import { session } from "../../state/store.ts";

export function OrderActs({ acts }: { acts: readonly OrderAct[] }) {
  const said = useSignal("");
  if (session.connection.value !== "live") return null;
  return (
    <>
      {acts.length > 0 && (
        <ul class="stack" aria-label="What can be done" style={{ marginTop: "8px" }}>
          {acts.map((each) => (
            <li key={each.id}>
              <ActButton given={each} onSaid={(words) => (said.value = words)} />
            </li>
          ))}
        </ul>
      )}
      <p role="status" data-act-outcome>
        {said.value}
      </p>
    </>
  );
}

function ActButton({ given, onSaid }: { given: OrderAct; onSaid: (words: string) => void }) {
  const { asksReason, body, confirm, path, title } = given;
  const carryOut = async (reason: string) => {
    onSaid("Working …");
    try {
      onSaid(outcomeOf(await act<Outcome>(path, asksReason ? { ...body, reason } : body)));
    } catch (error) {
      const { detail = "", message } = error as { detail?: string; message: string };
      onSaid(`${message} ${detail}`);
    }
  };
  return (
    <button
      type="button"
      class={asksReason ? "danger" : "first"}
      onClick={() => confirmFirst({ ...confirm, asksReason, onYes: carryOut })}
    >
      {title}
    </button>
  );
}

type Outcome = Partial<RedriveResult> & Partial<ActRow> & { discarded?: number };

function outcomeOf({ discarded, outcome, redriven, ...rest }: Outcome): string {
  if (discarded !== undefined) return `${discarded} discarded.`;
  if (redriven !== undefined) return redriveWords({ redriven, ...rest } as RedriveResult);
  return `Done: ${outcome}.`;
}
