// Faults and the clock: what is to go wrong and how often it did, and moving the runtime's time forward.
import { useSignal } from "@preact/signals";
import { Badge } from "../parts/icons.tsx";
import { Empty, Loading, Panel, Screen } from "../parts/screen.tsx";
import { Time } from "../parts/values.tsx";
import { act, ask, Problem } from "../state/ask.ts";
import { session } from "../state/store.ts";
import { ClockPanel } from "./faults/clock.tsx";
import { FaultForm } from "./faults/form.tsx";

export function FaultsScreen() {
  const said = useSignal("");
  if (session.connection.value === "connecting") return <Loading what="faults" />;
  const { faults, presets, seed } = session.faults.value;
  const change = async (path: string, body: unknown, method: string) => {
    try {
      await act(path, body, method);
      said.value = "";
    } catch (error) {
      said.value = error instanceof Problem ? `${error.message} ${error.detail}` : String(error);
    }
  };
  /** Whatever is on stays on; the laptop takes the whole list. */
  const add = async (fault: Record<string, unknown>) => {
    const { faults: on } = await ask<{ faults: Record<string, unknown>[] }>("/__local/faults");
    const kept = on.map(({ id: _, hits: __, left: ___, ...rest }) => rest);
    await change("/__local/faults", { faults: [...kept, fault], seed }, "PUT");
  };
  return (
    <Screen title="Faults and clock">
      <p role="alert" hidden={said.value === ""} class="row">
        <Badge tone="bad">refused</Badge> {said.value}
      </p>
      <div class="columns">
        <Panel
          title="On now"
          actions={
            faults.length > 0 && (
              <button type="button" onClick={() => void change("/__local/faults", {}, "DELETE")}>
                None again
              </button>
            )
          }
        >
          {faults.length === 0 ? (
            <Empty title="No fault is on">
              Everything goes as well as it can. Take a preset, or make a fault of your own.
            </Empty>
          ) : (
            <>
              <ul class="stack">
                {faults.map(({ id, words, hits, left }) => (
                  <li key={id} class="row" data-fault={id}>
                    <Badge tone="warn">{hits === 1 ? "1 hit" : `${hits} hits`}</Badge>
                    <span class="grow">
                      {words}
                      {left !== undefined && <span class="quiet"> ({left} left)</span>}
                    </span>
                    <button
                      type="button"
                      onClick={() => void change(`/__local/faults/${id}`, {}, "DELETE")}
                      aria-label={`Remove: ${words}`}
                    >
                      Remove
                    </button>
                  </li>
                ))}
              </ul>
              <p class="quiet">
                Seed {seed}; the same seed strikes the same way. Since <Time at={session.clock.value.now} />.
              </p>
            </>
          )}
        </Panel>
        <Panel title="Presets">
          <ul class="stack">
            {presets.map(({ name, words }) => (
              <li key={name} class="row">
                <span class="grow">
                  <strong>{name}</strong>
                  <br />
                  <span class="quiet">{words}</span>
                </span>
                <button
                  type="button"
                  onClick={() => void change("/__local/faults", { preset: name }, "PUT")}
                  aria-label={`Turn on: ${name}`}
                >
                  Turn on
                </button>
              </li>
            ))}
          </ul>
        </Panel>
        <ClockPanel />
      </div>
      <FaultForm onAdd={add} />
    </Screen>
  );
}
