// Webhooks: who is told how orders end, what each was told, and what was given up.
import { useSignal } from "@preact/signals";
import type { EndpointRow, Webhooks } from "../../../src/console-api.ts";
import { confirmFirst } from "../parts/dialog.tsx";
import { Badge, type Tone } from "../parts/icons.tsx";
import { Answer, Empty, Loading, Panel, Screen } from "../parts/screen.tsx";
import { Ago } from "../parts/values.tsx";
import { act, ask } from "../state/ask.ts";
import { usePoll } from "../state/poll.ts";
import { session } from "../state/store.ts";
import { Deliveries } from "./webhooks/deliveries.tsx";

export function WebhooksScreen() {
  const revision = useSignal(0);
  const asked = usePoll<Webhooks>(
    `webhooks ${revision.value}`,
    () => ask("webhooks"),
    () => false,
  );
  if (session.connection.value === "connecting") return <Loading what="webhooks" />;
  return (
    <Screen title="Webhooks">
      <Answer asked={asked.value} what="the webhooks">
        {({ endpoints, recent }) =>
          endpoints.length === 0 ? (
            <Empty title="Nobody is told">
              Start with <code>pnpm start --webhook http://localhost:8080/hooks</code>, and a receiver there
              is told how orders end.
            </Empty>
          ) : (
            <div class="stack">
              {endpoints.map((each) => (
                <Endpoint key={each.name} endpoint={each} />
              ))}
              <Panel title="Lately" flush>
                {recent.length === 0 ? (
                  <Empty title="No order has ended yet">Buy something in the shop.</Empty>
                ) : (
                  <Deliveries rows={recent} />
                )}
              </Panel>
            </div>
          )
        }
      </Answer>
    </Screen>
  );
}

const tones: Readonly<Record<EndpointRow["state"], Tone>> = {
  healthy: "ok",
  failing: "warn",
  disabled: "bad",
};

function Endpoint({ endpoint }: { endpoint: EndpointRow }) {
  const { failed, name, restsUntil, since, state, url, waiting } = endpoint;
  return (
    <Panel title={name} actions={<Switch endpoint={endpoint} />}>
      <div class="stack" data-endpoint={name} data-state={state}>
        <div class="row">
          <Badge tone={tones[state]}>{state}</Badge>
          <code>{url}</code>
          {since && (
            <span class="quiet">
              since <Ago at={since} />
            </span>
          )}
        </div>
        <p>{wordsOf(endpoint)}</p>
        {state === "failing" && restsUntil && (
          <p class="quiet">
            One webhook tries it again <Ago at={restsUntil} />.
          </p>
        )}
        {waiting > 0 && <p>{waiting} not taken yet.</p>}
        {failed.length > 0 && <Deliveries rows={failed} />}
      </div>
    </Panel>
  );
}

function wordsOf({ reason, state }: EndpointRow): string {
  if (state === "healthy") return "It takes what it is told.";
  if (state === "failing") return "It failed three times in a row; others are told all the same.";
  switch (reason) {
    case "gone":
      return "It answered 410, so it is told nothing more. What it misses waits until it is enabled.";
    case "failing":
      return "It took nothing for three days. What it misses waits until it is enabled.";
    default:
      return "It was disabled by hand. What it misses waits until it is enabled.";
  }
}

function Switch({ endpoint: { name, state } }: { endpoint: EndpointRow }) {
  const said = useSignal("");
  if (session.connection.value !== "live") return null;
  const change = async (what: "enable" | "disable") => {
    try {
      await act(`webhooks/${what}`, { name });
      said.value = "";
    } catch (error) {
      said.value = (error as Error).message;
    }
  };
  return (
    <span class="row">
      <span role="status" class="quiet">
        {said.value}
      </span>
      {state === "disabled" ? (
        <button type="button" class="first" onClick={() => void change("enable")}>
          Enable
        </button>
      ) : (
        <button
          type="button"
          class="danger"
          onClick={() =>
            confirmFirst({
              title: `Disable 1 endpoint: ${name}?`,
              detail: "It is told nothing until it is enabled again; what it misses waits.",
              act: "Disable it",
              onYes: () => change("disable"),
            })
          }
        >
          Disable
        </button>
      )}
    </span>
  );
}
