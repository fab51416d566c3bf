// One feed: how far it is, its rows with their records, and what was refused.
import type { StockFeedView } from "@order-saga/contracts/http";
import { useSignal } from "@preact/signals";
import type { FeedRow } from "../../../../src/console-api.ts";
import { Facts } from "../../parts/facts.tsx";
import { Badge, type Tone } from "../../parts/icons.tsx";
import { PlainTable } from "../../parts/plain-table.tsx";
import { Answer, Empty, Panel } from "../../parts/screen.tsx";
import { useAsk } from "../../state/ask.ts";
import { usePoll } from "../../state/poll.ts";
import { askShop } from "../../state/shop.ts";

const tones: Readonly<Record<StockFeedView["status"], Tone>> = {
  WAITING: "idle",
  IMPORTING: "busy",
  IMPORTED: "ok",
  REFUSED: "bad",
};

const isOver = ({ status }: StockFeedView) => status === "IMPORTED" || status === "REFUSED";

export function OneFeed({ feedId }: { feedId: string }) {
  const feed = usePoll<StockFeedView>(feedId, () => askShop("GET", `/stock-feeds/${feedId}`), isOver);
  return (
    <div class="stack">
      <Panel title={`Feed ${feedId}`}>
        <Answer asked={feed.value} what="the feed">
          {(value) => <Progress feed={value} />}
        </Answer>
      </Panel>
      {feed.value.state === "ready" && (
        <>
          <Refused feed={feed.value.value} />
          <Rows feed={feed.value.value} />
        </>
      )}
    </div>
  );
}

function Progress({ feed }: { feed: StockFeedView }) {
  const { applied, reason, refused, rows, sha256, status } = feed;
  return (
    <div class="stack" data-feed={status}>
      <div class="row">
        <Badge tone={tones[status]}>{status.toLowerCase()}</Badge>
        <span>
          {applied.toLocaleString("en")} applied, {refused.toLocaleString("en")} refused
          {rows > 0 && <> of {rows.toLocaleString("en")} rows</>}
        </span>
        {reason && <strong>{reason}</strong>}
      </div>
      <progress max={Math.max(1, rows)} value={applied + refused} aria-label="Rows that are done" />
      {sha256 && (
        <p class="quiet">
          SHA-256 <code>{sha256}</code>
        </p>
      )}
    </div>
  );
}

function Refused({ feed: { errors, refused } }: { feed: StockFeedView }) {
  if (errors.length === 0) return null;
  return (
    <Panel
      title="Refused rows"
      flush
      actions={
        <span class="quiet">{refused > errors.length && `the first ${errors.length} of ${refused}`}</span>
      }
    >
      <PlainTable titles={["Line", "SKU", "Why"]}>
        {errors.slice(0, 100).map(({ line, reason, sku }) => (
          <tr key={`${line} ${reason}`} data-refused={line}>
            <td>{line}</td>
            <td class="mono">{sku}</td>
            <td>{reason}</td>
          </tr>
        ))}
      </PlainTable>
    </Panel>
  );
}

function Rows({ feed }: { feed: StockFeedView }) {
  const from = useSignal(2);
  const opened = useSignal<number | undefined>(undefined);
  const progress = `${feed.status} ${feed.applied} ${feed.refused}`;
  const asked = useAsk<FeedRow[]>(`feeds/${feed.feedId}/rows?from=${from.value}`, progress);
  const reasons = new Map(feed.errors.map(({ line, reason }) => [line, reason]));
  return (
    <Panel
      title="Rows"
      flush
      actions={<Pages from={from.value} onGo={(line) => (from.value = line)} asked={asked.value} />}
    >
      <Answer asked={asked.value} what="the rows">
        {(rows) =>
          rows.length === 0 ? (
            <Empty title="No rows here">The file has none from line {from.value} on.</Empty>
          ) : (
            <PlainTable titles={["Line", "Row", "What became of it"]}>
              {rows.map((row) => (
                <Row
                  key={row.line}
                  row={row}
                  reason={reasons.get(row.line)}
                  isOpen={opened.value === row.line}
                  onToggle={() => (opened.value = opened.value === row.line ? undefined : row.line)}
                />
              ))}
            </PlainTable>
          )
        }
      </Answer>
    </Panel>
  );
}

function Pages({
  asked,
  from,
  onGo,
}: {
  from: number;
  onGo: (line: number) => void;
  asked: ReturnType<typeof useAsk<FeedRow[]>>["value"];
}) {
  const last = asked.state === "ready" ? asked.value.at(-1)?.line : undefined;
  return (
    <span class="row">
      <button type="button" disabled={from <= 2} onClick={() => onGo(Math.max(2, from - 50))}>
        Before
      </button>
      <button
        type="button"
        disabled={last === undefined}
        onClick={() => last !== undefined && onGo(last + 1)}
      >
        After
      </button>
    </span>
  );
}

type RowProps = { row: FeedRow; reason: string | undefined; isOpen: boolean; onToggle: () => void };

function Row({ isOpen, onToggle, reason, row: { line, record, text } }: RowProps) {
  return (
    <>
      <tr data-row={line} data-applied={record !== undefined}>
        <td>{line}</td>
        <td class="mono">{text}</td>
        <td>
          {record ? (
            <button type="button" class="bare" aria-expanded={isOpen} onClick={onToggle}>
              <Badge tone="ok">applied</Badge> its record
            </button>
          ) : reason === undefined ? (
            <Badge tone="idle">waiting</Badge>
          ) : (
            <Badge tone="bad">{reason}</Badge>
          )}
        </td>
      </tr>
      {isOpen && record && (
        <tr>
          <td colSpan={3}>
            <Facts record={record} />
          </td>
        </tr>
      )}
    </>
  );
}
