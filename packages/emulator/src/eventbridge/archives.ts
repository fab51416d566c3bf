// Archives keep the events of a bus; a replay delivers them again, marked with its name.
import { EventBridgeError, invalid, notFound } from "./errors.ts";
import type { Archive, Replay } from "./model.ts";
import { deliverEvent, type Put } from "./put-events.ts";
import type { Operations } from "./rules.ts";
import { parsePattern } from "./state.ts";

export function archiveOperations(put: Put): Operations {
  const { state, now } = put;
  const archiveOf = (name: unknown): Archive => {
    const archive = state.archives.get(String(name));
    if (!archive) throw notFound(`Archive ${String(name)}`);
    return archive;
  };
  const replayOf = (name: unknown): Replay => {
    const replay = state.replays.get(String(name));
    if (!replay) throw notFound(`Replay ${String(name)}`);
    return replay;
  };
  const save = (replay: Replay) => {
    state.replays.set(replay.name, replay);
    state.storage.put("replay", replay.name, replay);
  };

  async function run(replay: Replay, archive: Archive): Promise<void> {
    for (const event of state.storage.archived(archive.name, replay.fromTime, replay.toTime)) {
      if (state.replays.get(replay.name)?.state === "CANCELLED") return;
      await deliverEvent(
        put,
        archive.busName,
        { ...event, "replay-name": replay.name },
        replay.destination.FilterArns,
      );
    }
    save({ ...replay, state: "COMPLETED", endedAt: now() });
  }

  return {
    CreateArchive(input) {
      const name = String(input.ArchiveName ?? "");
      if (!/^[.\-_A-Za-z0-9]{1,48}$/.test(name))
        throw invalid(`Archive name ${JSON.stringify(name)} is not valid.`);
      if (state.archives.has(name)) {
        throw new EventBridgeError("ResourceAlreadyExistsException", `Archive ${name} already exists.`);
      }
      if (input.EventPattern !== undefined) parsePattern(input.EventPattern);
      const archive: Archive = {
        name,
        arn: state.arn(`archive/${name}`),
        busName: state.bus(input.EventSourceArn).name,
        eventPattern: input.EventPattern === undefined ? undefined : String(input.EventPattern),
        description: input.Description === undefined ? undefined : String(input.Description),
        retentionDays: Number(input.RetentionDays ?? 0),
        createdAt: now(),
      };
      state.archives.set(name, archive);
      state.storage.put("archive", name, archive);
      return { ArchiveArn: archive.arn, State: "ENABLED", CreationTime: archive.createdAt / 1000 };
    },
    DescribeArchive: ({ ArchiveName }) => describeArchive(archiveOf(ArchiveName), put),
    ListArchives: () => ({
      Archives: [...state.archives.values()].map((each) => describeArchive(each, put)),
    }),
    DeleteArchive({ ArchiveName }) {
      const { name } = archiveOf(ArchiveName);
      state.archives.delete(name);
      state.storage.delete("archive", name);
      state.storage.deleteArchived(name);
      return {};
    },
    StartReplay(input) {
      const name = String(input.ReplayName ?? "");
      if (state.replays.has(name)) {
        throw new EventBridgeError("ResourceAlreadyExistsException", `Replay ${name} already exists.`);
      }
      const archive = archiveOf(String(input.EventSourceArn ?? "").split("archive/")[1]);
      const destination = (input.Destination ?? {}) as Replay["destination"];
      if (state.bus(destination.Arn).name !== archive.busName) {
        throw invalid("A replay goes to the event bus its archive was made from.");
      }
      const replay: Replay = {
        name,
        arn: state.arn(`replay/${name}`),
        archiveArn: archive.arn,
        destination,
        state: "RUNNING",
        fromTime: Number(input.EventStartTime) * 1000,
        toTime: Number(input.EventEndTime) * 1000,
        startedAt: now(),
        endedAt: 0,
      };
      if (!(replay.fromTime < replay.toTime)) throw invalid("EventStartTime must lie before EventEndTime.");
      save(replay);
      void run(replay, archive);
      return { ReplayArn: replay.arn, State: "STARTING", ReplayStartTime: replay.startedAt / 1000 };
    },
    CancelReplay({ ReplayName }) {
      const replay = replayOf(ReplayName);
      if (replay.state !== "RUNNING")
        throw new EventBridgeError("IllegalStatusException", "The replay is not running.");
      save({ ...replay, state: "CANCELLED", endedAt: now() });
      return { ReplayArn: replay.arn, State: "CANCELLING" };
    },
    DescribeReplay: ({ ReplayName }) => describeReplay(replayOf(ReplayName)),
    ListReplays: () => ({ Replays: [...state.replays.values()].map(describeReplay) }),
  };
}

function describeArchive(archive: Archive, { state }: Put) {
  const { count, bytes } = state.storage.archiveSize(archive.name);
  return {
    ArchiveName: archive.name,
    ArchiveArn: archive.arn,
    EventSourceArn: state.bus(archive.busName).arn,
    EventPattern: archive.eventPattern,
    Description: archive.description,
    RetentionDays: archive.retentionDays,
    State: "ENABLED",
    EventCount: count,
    SizeBytes: bytes,
    CreationTime: archive.createdAt / 1000,
  };
}

function describeReplay(replay: Replay) {
  return {
    ReplayName: replay.name,
    ReplayArn: replay.arn,
    EventSourceArn: replay.archiveArn,
    Destination: replay.destination,
    State: replay.state,
    EventStartTime: replay.fromTime / 1000,
    EventEndTime: replay.toTime / 1000,
    ReplayStartTime: replay.startedAt / 1000,
    ...(replay.endedAt > 0 && { ReplayEndTime: replay.endedAt / 1000 }),
  };
}
