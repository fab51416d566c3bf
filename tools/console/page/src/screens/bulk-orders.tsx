// Bulk orders: many orders in one request, each a cell that colours as it settles.
import { useSignal } from "@preact/signals";
import { useLocation } from "preact-iso";
import { shortId } from "../layout/short-id.ts";
import { Empty, Loading, Panel, Screen } from "../parts/screen.tsx";
import { Time } from "../parts/values.tsx";
import { session } from "../state/store.ts";
import { BulkForm } from "./bulk-orders/form.tsx";
import { OneBulk } from "./bulk-orders/one-bulk.tsx";
import "./bulk-orders/bulk-orders.css";

type Placed = { bulkId: string; count: number; at: string };

const KEPT = "bulks";

export function BulkOrdersScreen() {
  const { query, route } = useLocation();
  const placed = useSignal<readonly Placed[]>(JSON.parse(sessionStorage.getItem(KEPT) ?? "[]") as Placed[]);
  if (session.connection.value === "connecting") return <Loading what="bulk orders" />;
  const onPlaced = (bulk: Omit<Placed, "at">) => {
    placed.value = [{ ...bulk, at: new Date().toISOString() }, ...placed.value].slice(0, 20);
    sessionStorage.setItem(KEPT, JSON.stringify(placed.value));
    route(`/console/bulk-orders?bulk=${bulk.bulkId}`);
  };
  return (
    <Screen title="Bulk orders">
      <div class="bulks">
        <div class="stack">
          <BulkForm onPlaced={onPlaced} />
          <Panel title="Placed here">
            {placed.value.length === 0 ? (
              <p class="quiet">What you place appears here.</p>
            ) : (
              <ul class="stack">
                {placed.value.map(({ at, bulkId, count }) => (
                  <li key={bulkId} class="row">
                    <a class="mono" href={`/console/bulk-orders?bulk=${bulkId}`} title={bulkId}>
                      {shortId(bulkId)}
                    </a>
                    <span>{count} orders</span>
                    <span class="grow" />
                    <Time at={at} />
                  </li>
                ))}
              </ul>
            )}
          </Panel>
        </div>
        {query.bulk ? (
          <OneBulk key={query.bulk} bulkId={query.bulk} />
        ) : (
          <Panel title="Orders">
            <Empty title="Choose a bulk, or place one">Each of its orders is a cell here.</Empty>
          </Panel>
        )}
      </div>
    </Screen>
  );
}
