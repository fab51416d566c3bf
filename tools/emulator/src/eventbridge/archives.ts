// The operations on archives, which keep the events of a bus.
// Source: EventBridge user guide, "Archiving and replaying events"; API reference, "CreateArchive".
import { alreadyExists, invalid, notFound } from "./errors.ts";
import type { Archive, LiveArchive } from "./model.ts";
import {
  description,
  type Input,
  type Operations,
  optionalNumber,
  optionalText,
  page,
  refuseUnserved,
  text,
} from "./request-fields.ts";
import { parsePattern, type State } from "./state.ts";

const NAME = /^[.\-_A-Za-z0-9]{1,48}$/;
const DAY_MILLISECONDS = 86_400_000;
const ARCHIVE_STATE = /^(ENABLED|DISABLED|CREATING|UPDATING|CREATE_FAILED|UPDATE_FAILED)$/;

export function archiveOperations(state: State, now: () => number): Operations {
  const describe = (archive: Archive) => {
    deleteExpired(state, archive, now());
    const { count, bytes } = state.storage.archiveSize(archive.name);
    return {
      ArchiveName: archive.name,
      ArchiveArn: archive.arn,
      EventSourceArn: state.arn(`event-bus/${archive.busName}`),
      EventPattern: archive.eventPattern,
      Description: archive.description,
      RetentionDays: archive.retentionDays,
      State: "ENABLED",
      EventCount: count,
      SizeBytes: bytes,
      CreationTime: archive.createdAt / 1000,
    };
  };
  return {
    CreateArchive(input) {
      const name = text(input, "ArchiveName", NAME);
      refuseUnserved(input, ["KmsKeyIdentifier"]);
      if (state.archives.has(name)) throw alreadyExists(`Archive ${name}`);
      const eventPattern = optionalText(input, "EventPattern");
      if (eventPattern !== undefined) parsePattern(eventPattern);
      const archive: Archive = {
        name,
        arn: state.arn(`archive/${name}`),
        busName: state.bus(text(input, "EventSourceArn")).name,
        eventPattern,
        description: description(input),
        retentionDays: optionalNumber(input, "RetentionDays", 0, 1e6) ?? 0,
        createdAt: now(),
      };
      state.putArchive(archive);
      return { ArchiveArn: archive.arn, State: "ENABLED", CreationTime: archive.createdAt / 1000 };
    },
    UpdateArchive(input) {
      refuseUnserved(input, ["KmsKeyIdentifier"]);
      const { compiled: _, ...archive } = archiveOf(state, text(input, "ArchiveName"));
      const eventPattern = optionalText(input, "EventPattern") ?? archive.eventPattern;
      if (eventPattern !== undefined) parsePattern(eventPattern);
      state.putArchive({
        ...archive,
        eventPattern,
        description: description(input) ?? archive.description,
        retentionDays: optionalNumber(input, "RetentionDays", 0, 1e6) ?? archive.retentionDays,
      });
      return { ArchiveArn: archive.arn, State: "ENABLED", CreationTime: archive.createdAt / 1000 };
    },
    DescribeArchive: (input) => describe(archiveOf(state, text(input, "ArchiveName"))),
    ListArchives(input) {
      const prefix = optionalText(input, "NamePrefix", NAME) ?? "";
      const given = optionalText(input, "EventSourceArn");
      const source = given === undefined ? undefined : state.bus(given).arn;
      const archives = [...state.archives.values()].filter((each) => each.name.startsWith(prefix));
      const found = archives.map(describe).filter((each) => !source || each.EventSourceArn === source);
      const shown = hasState(input, found, ARCHIVE_STATE).map(
        ({ ArchiveArn, Description, EventPattern, ...each }) => each,
      );
      return page(shown, input, "Archives", ({ ArchiveName }) => ArchiveName);
    },
    DeleteArchive(input) {
      const { name } = archiveOf(state, text(input, "ArchiveName"));
      state.storage.delete("archive", name);
      state.storage.deleteArchived(name);
      state.archives.delete(name);
      return {};
    },
  };
}

/** Those in the requested state; AWS allows one filter at a time. */
export function hasState<T extends { State: string }>(
  input: Input,
  described: readonly T[],
  states: RegExp,
): T[] {
  const filters = ["NamePrefix", "EventSourceArn", "State"].filter(
    (name) => (input[name] ?? undefined) !== undefined,
  );
  if (filters.length > 1)
    throw invalid("At most one filter is allowed: NamePrefix, State, or EventSourceArn.");
  const wanted = optionalText(input, "State", states);
  return described.filter((each) => wanted === undefined || each.State === wanted);
}

export function archiveOf(state: State, name: string): LiveArchive {
  const archive = state.archives.get(name);
  if (!archive) throw notFound(`Archive ${name}`);
  return archive;
}

/** Deletes events past the archive's retention; called before every read. */
export function deleteExpired(state: State, archive: Archive, now: number): void {
  if (archive.retentionDays === 0) return;
  state.storage.deleteArchived(archive.name, now - archive.retentionDays * DAY_MILLISECONDS);
}
