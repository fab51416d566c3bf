// The runtime's clock in the frame, and how far it was moved ahead.
import { session } from "../state/store.ts";
import { formatDuration } from "./format.ts";
import { now, Time } from "./values.tsx";

export function ClockReading() {
  const ahead = session.clock.value.aheadSeconds;
  return (
    <a href="/console/faults" class="row quiet" title="The runtime's clock; it can be moved forward">
      <Time at={new Date(now.value).toISOString()} />
      {ahead > 0 && <strong>+{formatDuration(ahead * 1000)}</strong>}
    </a>
  );
}
