// The failure board: dead letters by reaction and cause, each group with the act that ends it.
import { type Signal, useComputed, useSignal } from "@preact/signals";
import { useLocation } from "preact-iso";
import type { DeadLetterGroup, DiscardResult, RedriveResult } from "../../../src/console-api.ts";
import { redriveWords } from "../layout/redrive.ts";
import { confirmUnless } from "../parts/dialog.tsx";
import { Badge } from "../parts/icons.tsx";
import { ScrolledTable } from "../parts/plain-table.tsx";
import { Empty, Loading, Panel, Screen } from "../parts/screen.tsx";
import { Ago, OrderLink, Time } from "../parts/values.tsx";
import { act, Problem } from "../state/ask.ts";
import { session } from "../state/store.ts";
import { Letters } from "./failures/letters.tsx";
import { RedriveAll } from "./failures/redrive-all.tsx";
import "./failures/board.css";

export function FailuresScreen() {
  const { query } = useLocation();
  const groups = useComputed(() => session.deadLetters.value);
  const chosen = useSignal(query.group);
  if (session.connection.value === "connecting") return <Loading what="dead letters" />;
  const shown = query.queue ? groups.value.filter(({ queue }) => queue === query.queue) : groups.value;
  const total = groups.value.reduce((sum, { count }) => sum + count, 0);
  const group = shown.find(({ key }) => key === chosen.value);
  return (
    <Screen
      title="Dead letters"
      actions={
        <>
          <span class="quiet" data-total>
            {total === 1 ? "1 message" : `${total} messages`}
          </span>
          <span class="grow" />
          <RedriveAll groups={shown} />
        </>
      }
    >
      {query.queue && (
        <p>
          Only <code>{query.queue}</code>. <a href="/console/dead-letters">Show all</a>
        </p>
      )}
      {shown.length === 0 ? (
        <Panel title="Groups">
          <Empty title="No dead letter">
            Whatever fails for good, or five times, comes here. To see one, turn on the preset “poison” under{" "}
            <a href="/console/faults">Faults and clock</a> and buy something.
          </Empty>
        </Panel>
      ) : (
        <ul class="board" aria-label="Groups of dead letters">
          {shown.map((each) => (
            <GroupCard
              key={each.key}
              group={each}
              isChosen={each.key === chosen.value}
              onChoose={() => (chosen.value = each.key === chosen.value ? undefined : each.key)}
            />
          ))}
        </ul>
      )}
      {group && <Letters group={group} />}
      <Acts />
    </Screen>
  );
}

type GroupProps = { group: DeadLetterGroup; isChosen: boolean; onChoose: () => void };

function GroupCard({ group, isChosen, onChoose }: GroupProps) {
  const { count, cause, reaction, kind, message, oldestAt, orderIds, act: end, failedAgain } = group;
  return (
    <li class={`card ${isChosen ? "chosen" : ""}`} data-group={group.key}>
      <header class="row">
        <span class="many" data-count>
          {count}
        </span>
        <span class="grow">
          <strong>{cause}</strong>
          <br />
          <span class="quiet">
            at {reaction},{" "}
            {kind === "undelivered" ? "the bus could not deliver it" : "its function gave it up"}
          </span>
        </span>
        {failedAgain && <Badge tone="bad">failed again</Badge>}
      </header>
      <p>{message}</p>
      <p class="quiet">
        Oldest <Ago at={oldestAt} />. {orderIds.length > 0 && "Orders: "}
        {orderIds.slice(0, 3).map((orderId) => (
          <span key={orderId}>
            <OrderLink orderId={orderId} />{" "}
          </span>
        ))}
        {orderIds.length > 3 && `and ${orderIds.length - 3} more`}
      </p>
      <p class="act">
        <strong>What ends it:</strong> {end}
      </p>
      <RedriveGroup group={group} isChosen={isChosen} onChoose={onChoose} />
    </li>
  );
}

/** No function can ever take these, so a redrive only brings them back. */
const poison: ReadonlySet<string> = new Set(["MalformedMessage", "ForeignSource"]);

function RedriveGroup({ group, isChosen, onChoose }: GroupProps) {
  const { cause, count, queue, reaction } = group;
  const isPoison = poison.has(cause);
  const state = useSignal<{ words: string; isBad: boolean; isBusy: boolean }>({
    words: "",
    isBad: false,
    isBusy: false,
  });
  const rate = useSignal(10);
  const stopOnFailure = useSignal(true);
  const redrive = async () => {
    state.value = { words: "Redriving …", isBad: false, isBusy: true };
    try {
      const body = { queue, groupKey: group.key, rate: rate.value, stopOnFailure: stopOnFailure.value };
      const result = await act<RedriveResult>("dead-letters/redrive", body);
      state.value = { words: redriveWords(result), isBad: result.failedAgain > 0, isBusy: false };
    } catch (error) {
      const { message: title, detail } =
        error instanceof Problem ? error : { message: String(error), detail: "" };
      state.value = { words: `${title}. ${detail}`, isBad: true, isBusy: false };
    }
  };
  const discard = async (reason: string) => {
    state.value = { words: "Discarding …", isBad: false, isBusy: true };
    try {
      const asked = { queue, groupKey: group.key, reason };
      const { discarded } = await act<DiscardResult>("dead-letters/discard", asked);
      state.value = { words: `${discarded} discarded.`, isBad: false, isBusy: false };
    } catch (error) {
      state.value = { words: (error as Error).message, isBad: true, isBusy: false };
    }
  };
  return (
    <>
      <div class="row">
        <button
          type="button"
          class={isPoison ? "" : "first"}
          aria-disabled={state.value.isBusy}
          onClick={() =>
            confirmUnless(state.value.isBusy, {
              title: `Redrive ${count === 1 ? "1 message" : `${count} messages`} to ${reaction}?`,
              detail: `They go back to the queue of ${reaction}, ${rate.value} a second${stopOnFailure.value ? "; it stops when one comes back" : ""}. Every reaction bears a message it had before.`,
              act: `Redrive ${count}`,
              onYes: redrive,
            })
          }
        >
          Redrive the group
        </button>
        <button
          type="button"
          class="danger"
          aria-disabled={state.value.isBusy}
          onClick={() =>
            confirmUnless(state.value.isBusy, {
              title: `Discard ${count === 1 ? "1 message" : `${count} messages`} for good?`,
              detail: `They are deleted from ${queue} and cannot be brought back.`,
              act: `Discard ${count}`,
              asksReason: true,
              onYes: discard,
            })
          }
        >
          Discard the group
        </button>
        <RedriveOptions rate={rate} stopOnFailure={stopOnFailure} />
        <button type="button" aria-expanded={isChosen} onClick={onChoose}>
          {isChosen ? "Hide messages" : "Show messages"}
        </button>
      </div>
      <p role="status" class={state.value.isBad ? "outcome bad" : "outcome"}>
        {state.value.words}
      </p>
    </>
  );
}

type RedriveSignals = { rate: Signal<number>; stopOnFailure: Signal<boolean> };

function RedriveOptions({ rate, stopOnFailure }: RedriveSignals) {
  return (
    <>
      <label>
        <input
          class="rate"
          type="number"
          min="0.1"
          max="500"
          step="any"
          aria-label="Messages a second"
          value={rate.value}
          onChange={(event) => (rate.value = event.currentTarget.valueAsNumber || 10)}
        />
        a second
      </label>
      <label>
        <input
          type="checkbox"
          checked={stopOnFailure.value}
          onChange={(event) => (stopOnFailure.value = event.currentTarget.checked)}
        />
        stop when one fails again
      </label>
    </>
  );
}

function Acts() {
  const acts = session.acts.value;
  return (
    <Panel title="Who did what">
      {acts.length === 0 ? (
        <p class="quiet">Nothing was redriven or published by hand yet.</p>
      ) : (
        <ScrolledTable label="Acts" titles={["At", "Who", "Did", "To", "Outcome"]}>
          {[...acts]
            .reverse()
            .slice(0, 50)
            .map(({ id, at, who, act: did, target, outcome }) => (
              <tr key={id}>
                <td>
                  <Time at={at} />
                </td>
                <td>{who}</td>
                <td>{did}</td>
                <td>{target}</td>
                <td>{outcome}</td>
              </tr>
            ))}
        </ScrolledTable>
      )}
    </Panel>
  );
}
