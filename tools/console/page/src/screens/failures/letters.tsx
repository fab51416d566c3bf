// The dead letters of one group: their contract's verdict, dry run and redrive.
import { useSignal } from "@preact/signals";
import type {
  DeadLetter,
  DeadLetterGroup,
  DiscardResult,
  DryRun,
  RedriveResult,
} from "../../../../src/console-api.ts";
import { dryRunWords, redriveWords } from "../../layout/redrive.ts";
import { confirmFirst } from "../../parts/dialog.tsx";
import { Badge } from "../../parts/icons.tsx";
import { pretty } from "../../parts/queue-messages.tsx";
import { Answer, Panel } from "../../parts/screen.tsx";
import { Ago, OrderLink } from "../../parts/values.tsx";
import { act, useAsk } from "../../state/ask.ts";

const MOST = 50;

export function Letters({ group }: { group: DeadLetterGroup }) {
  const path = `dead-letters?queue=${group.queue}&group=${encodeURIComponent(group.key)}`;
  const asked = useAsk<DeadLetter[]>(path, `${group.count}/${group.failedAgain}/${group.oldestAt}`);
  const results = useSignal<ReadonlyMap<string, DryRun>>(new Map());
  const said = useSignal("");
  const tryAll = async (letters: readonly DeadLetter[]) => {
    said.value = `Trying ${letters.length} on copies …`;
    try {
      const messageIds = letters.map(({ messageId }) => messageId);
      const runs = await act<DryRun[]>("dead-letters/dry-run", { queue: group.queue, messageIds });
      results.value = new Map(runs.map((run) => [run.messageId, run]));
      said.value = dryRunWords(runs);
    } catch (error) {
      said.value = (error as Error).message;
    }
  };
  const shown = asked.value.state === "ready" ? asked.value.value.slice(0, MOST) : [];
  const actions = shown.length > 1 && (
    <button type="button" onClick={() => void tryAll(shown)}>
      Dry run all {shown.length}
    </button>
  );
  return (
    <Panel title={`${group.cause} at ${group.reaction}`} actions={actions}>
      <p role="status">{said.value}</p>
      <Answer asked={asked.value} what="the messages">
        {(letters) => (
          <ul class="stack">
            {letters.slice(0, MOST).map((letter) => (
              <Letter key={letter.messageId} letter={letter} tried={results.value.get(letter.messageId)} />
            ))}
            {letters.length > MOST && (
              <li class="quiet">and {letters.length - MOST} more of the same kind.</li>
            )}
          </ul>
        )}
      </Answer>
    </Panel>
  );
}

function Letter({ letter, tried }: { letter: DeadLetter; tried: DryRun | undefined }) {
  const { messageId, queue, reaction, orderId, eventType, attempts, sentAt, verdict, body, attributes } =
    letter;
  const dryRun = useSignal<DryRun | undefined>(undefined);
  const said = useSignal("");
  const result = dryRun.value ?? tried;
  const attempt = async (run: () => Promise<void>) => {
    said.value = "Working …";
    try {
      await run();
    } catch (error) {
      said.value = (error as Error).message;
    }
  };
  const tryDry = () =>
    attempt(async () => {
      [dryRun.value] = await act<DryRun[]>("dead-letters/dry-run", { queue, messageIds: [messageId] });
      said.value = "";
    });
  const redrive = () =>
    attempt(async () => {
      said.value = redriveWords(
        await act<RedriveResult>("dead-letters/redrive", { queue, messageIds: [messageId] }),
      );
    });
  const discard = (reason: string) =>
    attempt(async () => {
      const asked = { queue, messageIds: [messageId], reason };
      const { discarded } = await act<DiscardResult>("dead-letters/discard", asked);
      said.value = `${discarded} discarded.`;
    });
  return (
    <li class="letter" data-message={messageId}>
      <div class="row">
        {verdict.isValid ? (
          <Badge tone="ok">contract holds</Badge>
        ) : (
          <Badge tone="bad">{`breaks the contract at ${verdict.pointer || "/"}`}</Badge>
        )}
        <strong>{eventType ?? "unreadable"}</strong>
        {orderId && <OrderLink orderId={orderId} />}
        <span class="quiet">
          {attempts === 1 ? "1 attempt" : `${attempts} attempts`}, sent <Ago at={sentAt} />
        </span>
        <span class="grow" />
        <button type="button" onClick={tryDry}>
          Dry run
        </button>
        <button
          type="button"
          onClick={() =>
            confirmFirst({
              title: `Redrive 1 message to ${reaction}?`,
              detail: `${eventType ?? "The message"}${orderId ? ` of ${orderId}` : ""} goes back to the queue of ${reaction}.`,
              act: "Redrive 1",
              onYes: redrive,
            })
          }
        >
          Redrive
        </button>
        <button
          type="button"
          class="danger"
          onClick={() =>
            confirmFirst({
              title: "Discard 1 message for good?",
              detail: `${eventType ?? "The message"}${orderId ? ` of ${orderId}` : ""} is deleted from ${queue} and cannot be brought back.`,
              act: "Discard 1",
              asksReason: true,
              onYes: discard,
            })
          }
        >
          Discard
        </button>
      </div>
      {!verdict.isValid && <p>{verdict.message}</p>}
      {result && <DryRunResult result={result} />}
      <p role="status">{said.value}</p>
      <details>
        <summary>Message</summary>
        <pre>{pretty(body)}</pre>
        {Object.keys(attributes).length > 0 && <pre>{JSON.stringify(attributes, null, 2)}</pre>}
      </details>
    </li>
  );
}

const tones = { "would settle": "ok", "no effect": "idle", "fails again": "bad" } as const;

function DryRunResult({ result: { verdict, words, says, changes } }: { result: DryRun }) {
  return (
    <div class="dry-run">
      <p>
        <Badge tone={tones[verdict]}>{verdict}</Badge> {words}
      </p>
      {says.length > 0 && <p class="quiet">It would say {says.join(", ")}.</p>}
      {changes.length > 0 && (
        <ul class="mono">
          {changes.map((change) => (
            <li key={change}>{change}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
