// Moves the runtime's clock: deadlines, visibility timeouts and schedules follow at once.
import { useSignal } from "@preact/signals";
import { confirmFirst } from "../../parts/dialog.tsx";
import { formatDuration } from "../../parts/format.ts";
import { Panel } from "../../parts/screen.tsx";
import { Time } from "../../parts/values.tsx";
import { act } from "../../state/ask.ts";
import { session } from "../../state/store.ts";

const steps = [10, 60, 180, 900, 3600, 86_400];
/** By then the deadline of every open order has passed. */
const FAR_SECONDS = 900;

export function ClockPanel() {
  const { now, aheadSeconds } = session.clock.value;
  const own = useSignal("30");
  const said = useSignal("");
  const move = async (advanceSeconds: number) => {
    try {
      await act("/__local/clock", { advanceSeconds });
      said.value = `Moved by ${formatDuration(advanceSeconds * 1000)}; what became due has run.`;
    } catch (error) {
      said.value = (error as Error).message;
    }
  };
  const moveOrAsk = (seconds: number) => {
    const way = formatDuration(seconds * 1000);
    if (seconds < FAR_SECONDS) return void move(seconds);
    confirmFirst({
      title: `Move the clock ${way} forward?`,
      detail: "Deadlines of open orders pass, schedules run, holds may lapse. It never goes back.",
      act: `Move by ${way}`,
      onYes: () => move(seconds),
    });
  };
  return (
    <Panel title="Clock">
      <div class="stack">
        <p>
          It is <Time at={now} />
          {aheadSeconds > 0
            ? `, ${formatDuration(aheadSeconds * 1000)} ahead of this machine.`
            : ", as on this machine."}{" "}
          <span class="quiet">It never goes back.</span>
        </p>
        <div class="row">
          {steps.map((seconds) => (
            <button type="button" key={seconds} onClick={() => moveOrAsk(seconds)}>
              +{formatDuration(seconds * 1000)}
            </button>
          ))}
        </div>
        <form
          class="row"
          onSubmit={(event) => {
            event.preventDefault();
            moveOrAsk(Number(own.value));
          }}
        >
          <label>
            Seconds
            <input
              type="number"
              min="0"
              step="any"
              required
              value={own.value}
              onInput={(event) => (own.value = event.currentTarget.value)}
            />
          </label>
          <button type="submit">Move</button>
        </form>
        <p role="status" class="quiet">
          {said.value}
        </p>
      </div>
    </Panel>
  );
}
