// Moves the runtime's clock: deadlines, visibility timeouts and schedules follow at once.
import { useSignal } from "@preact/signals";
import { formatDuration } from "../../parts/format.ts";
import { Panel } from "../../parts/screen.tsx";
import { Time } from "../../parts/values.tsx";
import { act } from "../../state/ask.ts";
import { session } from "../../state/store.ts";

const steps = [10, 60, 180, 900, 3600, 86_400];

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
            <button type="button" key={seconds} onClick={() => void move(seconds)}>
              +{formatDuration(seconds * 1000)}
            </button>
          ))}
        </div>
        <form
          class="row"
          onSubmit={(event) => {
            event.preventDefault();
            void move(Number(own.value));
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
