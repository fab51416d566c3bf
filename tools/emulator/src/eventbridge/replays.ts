// Replays: the events of an archive are delivered again; an interrupted replay continues at the next start.
// Source: EventBridge user guide, "Replaying archived events"; API reference, "StartReplay".
import { setImmediate as nextTurn } from "node:timers/promises";
import { archiveOf, deleteExpired, hasState } from "./archives.ts";
import { alreadyExists, EventBridgeError, invalid, notFound } from "./errors.ts";
import type { Archive, Replay } from "./model.ts";
import { deliverEvent, type Put } from "./put-events.ts";
import {
  asObject,
  description,
  type Input,
  type Operations,
  optionalList,
  optionalText,
  page,
  text,
  texts,
  time,
} from "./request-fields.ts";
import type { State } from "./state.ts";

const NAME = /^[.\-_A-Za-z0-9]{1,64}$/;
/** Events between two recorded positions of a replay. */
const BATCH = 100;
const REPLAY_STATE = /^(STARTING|RUNNING|CANCELLING|COMPLETED|CANCELLED|FAILED)$/;

export type Replays = {
  operations: Operations;
  /** Running replays keep their recorded position and continue at the next start. */
  stop(): void;
};

export function createReplays(put: Put): Replays {
  const { state, now } = put;
  let isStopped = false;
  for (const replay of state.replays.values()) if (replay.state === "RUNNING") void run(replay.name);

  async function run(name: string): Promise<void> {
    try {
      do await nextTurn();
      while (!isStopped && (await replayBatch(name)));
    } catch (error) {
      const replay = state.replays.get(name);
      if (isStopped || !replay) return;
      save(state, { ...replay, state: "FAILED", stateReason: (error as Error).message, endedAt: now() });
    }
  }

  /** True if there may be more to replay. */
  async function replayBatch(name: string): Promise<boolean> {
    const replay = state.replays.get(name);
    if (replay?.state !== "RUNNING") return false;
    const archive = archiveOf(state, archiveNameOf(state, replay.archiveArn));
    const { fromTime, toTime, replayedId } = replay;
    const batch = state.storage.archived(archive.name, replayedId, fromTime, toTime, BATCH);
    for (const { event } of batch) {
      if (isStopped || state.replays.get(name)?.state !== "RUNNING") return false;
      const replayed = { ...event, "replay-name": name };
      await deliverEvent(put, archive.busName, replayed, { only: replay.destination.FilterArns });
    }
    const current = state.replays.get(name);
    if (isStopped || current?.state !== "RUNNING") return false;
    const last = batch.at(-1);
    if (last) save(state, { ...current, replayedId: last.id, lastEventAt: last.at });
    else save(state, { ...current, state: "COMPLETED", endedAt: now() });
    return last !== undefined;
  }

  return {
    operations: replayOperations(put, (name) => void run(name)),
    stop() {
      isStopped = true;
    },
  };
}

function replayOperations({ now, state }: Put, run: (name: string) => void): Operations {
  const replayOf = (name: string): Replay => {
    const replay = state.replays.get(name);
    if (!replay) throw notFound(`Replay ${name}`);
    return replay;
  };
  return {
    StartReplay(input) {
      const { archive, replay } = newReplay(input, state, now());
      deleteExpired(state, archive, now());
      save(state, replay);
      run(replay.name);
      return { ReplayArn: replay.arn, State: "STARTING", ReplayStartTime: replay.startedAt / 1000 };
    },
    CancelReplay(input) {
      const replay = replayOf(text(input, "ReplayName", NAME));
      if (replay.state !== "RUNNING") {
        throw new EventBridgeError(
          "IllegalStatusException",
          `Replay ${replay.name} is not in a valid state for this operation.`,
        );
      }
      save(state, { ...replay, state: "CANCELLED", endedAt: now() });
      return { ReplayArn: replay.arn, State: "CANCELLING" };
    },
    DescribeReplay(input) {
      const replay = replayOf(text(input, "ReplayName", NAME));
      return {
        ...describe(replay),
        ReplayArn: replay.arn,
        Description: replay.description,
        Destination: replay.destination,
      };
    },
    ListReplays(input) {
      const prefix = optionalText(input, "NamePrefix", NAME) ?? "";
      const source = optionalText(input, "EventSourceArn");
      const replays = [...state.replays.values()]
        .filter((each) => each.name.startsWith(prefix))
        .map(describe);
      const found = replays.filter((each) => !source || each.EventSourceArn === source);
      return page(hasState(input, found, REPLAY_STATE), input, "Replays", ({ ReplayName }) => ReplayName);
    },
  };
}

function newReplay(input: Input, state: State, startedAt: number): { archive: Archive; replay: Replay } {
  const name = text(input, "ReplayName", NAME);
  if (state.replays.has(name)) throw alreadyExists(`Replay ${name}`);
  const archiveName = archiveNameOf(state, text(input, "EventSourceArn"));
  const archive = state.archives.get(archiveName);
  if (!archive)
    throw invalid(`Parameter EventSourceArn is not valid. Reason: Archive ${archiveName} does not exist.`);
  const destination = asObject(input.Destination ?? {}, "Destination");
  const busArn = text(destination, "Arn");
  if (!/^arn:/.test(busArn))
    throw invalid("Parameter Destination.Arn is not valid. Reason: it must be an ARN.");
  if (state.bus(busArn).name !== archive.busName) {
    const reason = "Cross event bus replay is not permitted.";
    throw invalid(`Parameter Destination.Arn is not valid. Reason: ${reason}`);
  }
  const isFiltered = optionalList(destination, "FilterArns") !== undefined;
  const told = description(input);
  const replay: Replay = {
    name,
    arn: state.arn(`replay/${name}`),
    archiveArn: archive.arn,
    destination: { Arn: busArn, ...(isFiltered && { FilterArns: texts(destination, "FilterArns") }) },
    state: "RUNNING",
    ...(told !== undefined && { description: told }),
    fromTime: time(input, "EventStartTime"),
    toTime: time(input, "EventEndTime"),
    startedAt,
    endedAt: 0,
    replayedId: 0,
  };
  if (replay.fromTime >= replay.toTime) {
    const reason = "EventStartTime must be before EventEndTime.";
    throw invalid(`Parameter EventEndTime is not valid. Reason: ${reason}`);
  }
  return { archive, replay };
}

function save(state: State, replay: Replay): void {
  state.storage.put("replay", replay.name, replay);
  state.replays.set(replay.name, replay);
}

function archiveNameOf(state: State, arn: string): string {
  const prefix = state.arn("archive/");
  if (!arn.startsWith(prefix))
    throw invalid(`Parameter EventSourceArn is not valid. Reason: ${arn} is no archive.`);
  return arn.slice(prefix.length);
}

function describe(replay: Replay) {
  return {
    ReplayName: replay.name,
    EventSourceArn: replay.archiveArn,
    State: replay.state,
    StateReason: replay.stateReason,
    EventStartTime: replay.fromTime / 1000,
    EventEndTime: replay.toTime / 1000,
    ...(replay.lastEventAt !== undefined && { EventLastReplayedTime: replay.lastEventAt / 1000 }),
    ReplayStartTime: replay.startedAt / 1000,
    ...(replay.endedAt > 0 && { ReplayEndTime: replay.endedAt / 1000 }),
  };
}
