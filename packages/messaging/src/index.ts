// What a service's pure code and manifest need from the kit; parts with an SDK have their own path.
export { invariantViolation, PermanentError, type PermanentErrorName } from "./errors.ts";
export type { HandleLater } from "./execution-environment.ts";
export { type Log, silentLog } from "./log.ts";
export {
  type BucketManifest,
  dueIndex,
  type FunctionManifest,
  functionsOf,
  type ReactionManifest,
  type ReactionManifestOf,
  type RouteManifest,
  reactionManifest,
  routeManifest,
  type ScheduleManifest,
  type ServiceManifest,
  scheduleManifest,
  type TableManifest,
} from "./manifest.ts";
export type { ProviderLimit } from "./provider-limit.ts";
export type { Publish } from "./publisher.ts";
export type { EventContext, React, ReactionContext, ReactTo } from "./reaction.ts";
export type { Sweep } from "./schedule.ts";
export { visibilityTimeoutSeconds } from "./topology.ts";
export type { Due, DueStore, SaveResult, Versioned, VersionedStore } from "./versioned-store.ts";
