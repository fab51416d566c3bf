// Every event the bus took: searched by type, order or words; its body, and the same event once more.
import { useComputed, useSignal } from "@preact/signals";
import { useLocation } from "preact-iso";
import type { ActRow, EventRow } from "../../../src/console-api.ts";
import { confirmFirst } from "../parts/dialog.tsx";
import { Badge } from "../parts/icons.tsx";
import { Older } from "../parts/older.tsx";
import { Answer, Empty, Loading, Panel, Screen } from "../parts/screen.tsx";
import { SearchRow } from "../parts/search-row.tsx";
import { type Column, DataTable } from "../parts/table.tsx";
import { OrderLink, Time } from "../parts/values.tsx";
import { act, ask, useAsk } from "../state/ask.ts";
import { addEvents, session } from "../state/store.ts";

const columns: readonly Column<EventRow>[] = [
  { title: "At", width: "80px", cell: ({ at }) => <Time at={at} /> },
  {
    title: "Event",
    width: "minmax(180px, 1fr)",
    cell: ({ type, isRepeat, isReplay }) => <EventName type={type} isRepeat={isRepeat} isReplay={isReplay} />,
  },
  { title: "Order", width: "148px", cell: ({ orderId }) => <OrderLink orderId={orderId} /> },
  { title: "Said by", width: "110px", cell: ({ producer }) => producer },
  {
    title: "Sent to",
    width: "minmax(200px, 1.6fr)",
    cell: ({ reactions }) => reactions.join(", ") || "no reaction",
  },
];

function EventName({ type, isRepeat, isReplay }: { type: string; isRepeat: boolean; isReplay: boolean }) {
  return (
    <span class="row">
      {type}
      {isReplay ? <Badge tone="idle">replay</Badge> : isRepeat ? <Badge tone="idle">again</Badge> : null}
    </span>
  );
}

export function EventsScreen() {
  const { query, route } = useLocation();
  const text = useSignal("");
  const rows = useComputed(() => {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = ({ type, orderId, producer }: EventRow) => {
      const haystack = `${type} ${orderId} ${producer}`.toLowerCase();
      return words.every((word) => haystack.includes(word));
    };
    return session.events.value.filter(fits).reverse();
  });
  if (session.connection.value === "connecting") return <Loading what="events" />;
  const number = query.number;
  return (
    <Screen
      title="Events"
      actions={
        <>
          <a href="/events" target="_blank" rel="noopener">
            Catalogue
          </a>
          <span class="quiet">{rows.value.length} events</span>
        </>
      }
    >
      <SearchRow label="Events" hint="Type, order or service" text={text} />
      <Panel title="Events" flush>
        {session.events.value.length === 0 ? (
          <Empty title="No event yet">
            The first comes with the first order; the <a href="/console/shop">shop</a> is open.
          </Empty>
        ) : rows.value.length === 0 ? (
          <Empty title="No event has these words">Take one away.</Empty>
        ) : (
          <DataTable
            label="Events"
            rows={rows.value}
            columns={columns}
            keyOf={(row) => String(row.number)}
            chosenKey={number}
            onOpen={(row) => route(`/console/events?number=${row.number}`)}
            height={number ? "330px" : "640px"}
          />
        )}
      </Panel>
      <OlderEvents />
      {number && <OneEvent number={number} />}
    </Screen>
  );
}

function OlderEvents() {
  const first = session.events.value[0]?.number;
  if (first === undefined) return null;
  const load = async () => {
    const rows = await ask<EventRow[]>(`events?before=${first}`);
    addEvents(session, rows);
    return rows.length === 0 ? "There are no older ones." : "";
  };
  return <Older load={load}>Older events</Older>;
}

function OneEvent({ number }: { number: string }) {
  const asked = useAsk<Record<string, unknown>>(`events/${number}`);
  const said = useSignal("");
  const row = session.events.value.find((each) => String(each.number) === number);
  const publish = async () => {
    try {
      said.value = (await act<ActRow>(`events/${number}/publish`)).outcome;
    } catch (error) {
      said.value = (error as Error).message;
    }
  };
  const again = (
    <button
      type="button"
      onClick={() =>
        confirmFirst({
          title: `Publish 1 event again: ${row?.type ?? number}?`,
          detail: `It is the same event with the same id. ${row?.reactions.length ?? 0} reactions hear it once more, and change nothing.`,
          act: "Publish again",
          onYes: publish,
        })
      }
    >
      Publish again
    </button>
  );
  return (
    <Panel title={row ? `${row.type}, number ${number}` : `Event ${number}`} actions={again}>
      <p role="status">{said.value}</p>
      <Answer asked={asked.value} what="the event">
        {(event) => <pre>{JSON.stringify(event, null, 2)}</pre>}
      </Answer>
    </Panel>
  );
}
