// What endpoints were told: each webhook with its attempts, and the button that sends it again.
import { useSignal } from "@preact/signals";
import type { WebhookRow } from "../../../../src/console-api.ts";
import { shortId } from "../../layout/short-id.ts";
import { confirmFirst } from "../../parts/dialog.tsx";
import { Badge, type Tone } from "../../parts/icons.tsx";
import { PlainTable } from "../../parts/plain-table.tsx";
import { Ago, Time } from "../../parts/values.tsx";
import { act } from "../../state/ask.ts";
import { session } from "../../state/store.ts";

export function Deliveries({ rows }: { rows: readonly WebhookRow[] }) {
  const opened = useSignal<string | undefined>(undefined);
  return (
    <PlainTable titles={["Told", "What", "Whom", "Order", "How it went"]}>
      {rows.map((row) => (
        <Row
          key={row.id}
          row={row}
          isOpen={opened.value === row.id}
          onToggle={() => (opened.value = opened.value === row.id ? undefined : row.id)}
        />
      ))}
    </PlainTable>
  );
}

const tones: Readonly<Record<WebhookRow["state"], Tone>> = {
  DELIVERED: "ok",
  PENDING: "busy",
  FAILED: "bad",
};

/** The last attempt's answer; before there is one, that it waits. */
function answerOf({ attempts, state }: WebhookRow): string {
  const last = attempts.at(-1);
  const said = last?.status === undefined ? last?.error : String(last.status);
  if (state === "DELIVERED") return `${said}, taken`;
  if (state === "FAILED") return `${said ?? "no endpoint"}, given up`;
  if (said === undefined) return "waiting";
  return said === "410" ? "410, waiting" : `${said}, tried again`;
}

type RowProps = { row: WebhookRow; isOpen: boolean; onToggle: () => void };

function Row({ isOpen, onToggle, row }: RowProps) {
  const { endpoint, orderId, recordedAt, state, type } = row;
  return (
    <>
      <tr data-webhook={row.id} data-state={state}>
        <td>
          <Time at={recordedAt} />
        </td>
        <td>
          <code>{type}</code>
        </td>
        <td>{endpoint}</td>
        <td>
          <a href={`/console/orders/${orderId}`}>{shortId(orderId)}</a>
        </td>
        <td>
          <button type="button" class="bare" aria-expanded={isOpen} onClick={onToggle}>
            <Badge tone={tones[state]}>{answerOf(row)}</Badge>
          </button>
        </td>
      </tr>
      {isOpen && (
        <tr>
          <td colSpan={5}>
            <One row={row} />
          </td>
        </tr>
      )}
    </>
  );
}

function One({ row: { attempts, body, dueAt, id, state } }: { row: WebhookRow }) {
  const said = useSignal("");
  const replay = async () => {
    try {
      await act("webhooks/replay", { id });
      said.value = "It is sent again.";
    } catch (error) {
      said.value = (error as Error).message;
    }
  };
  return (
    <div class="stack">
      <p class="mono">{id}</p>
      <p class="mono">{body}</p>
      <ul class="stack" aria-label="Attempts">
        {attempts.map(({ at, durationMilliseconds, error, status }) => (
          <li key={at} class="row">
            <Time at={at} /> {status ?? error} <span class="quiet">{durationMilliseconds} ms</span>
          </li>
        ))}
      </ul>
      {state === "PENDING" && dueAt && (
        <p class="quiet">
          Tried again <Ago at={dueAt} /> at the latest.
        </p>
      )}
      {session.connection.value === "live" && (
        <div class="row">
          <button
            type="button"
            class="first"
            onClick={() =>
              confirmFirst({
                title: "Send 1 webhook again?",
                detail: "It has the same id and the same bytes: a receiver that had it knows.",
                act: "Send it again",
                onYes: replay,
              })
            }
          >
            Send again
          </button>
          <span role="status" class="quiet">
            {said.value}
          </span>
        </div>
      )}
    </div>
  );
}
