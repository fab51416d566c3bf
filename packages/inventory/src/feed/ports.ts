// The ports of stock feeds: uploaded files, their records, and the stock that their rows change.
import type { SendTasks } from "@order-saga/messaging/tasks";
import type { Stock } from "../buckets.ts";
import type { BackOff, InventoryStore } from "../ports.ts";
import type { RowError } from "./csv.ts";
import type { Batch, Feed } from "./feed.ts";

/** One version of an uploaded object. */
export type FileVersion = { readonly key: string; readonly versionId: string };

export type Files = {
  /** The bytes from `from` on, at most `length`. Throws FileGone if this version is not there any more. */
  read(file: FileVersion, from: number, length: number): Promise<Uint8Array>;
};

/** The version of the object was deleted. */
export class FileGone extends Error {
  override readonly name = "FileGone";
  constructor() {
    super("The uploaded file is not there any more.");
  }
}

/** What signs a form with which a browser uploads one file. */
export type UploadForms = {
  create(key: string): Promise<{ url: string; fields: Readonly<Record<string, string>> }>;
};

/** `lost`: another delivery was first, or the stock has changed. `older`: a newer file has the key. */
export type BatchResult = "written" | "lost" | "short" | "conflict" | "older";

export type FeedStore = {
  load(feedId: string): Promise<Feed | undefined>;
  /** Keeps a feed that waits for its file. */
  create(feed: Feed): Promise<void>;
  /** Claims the file for the feed, unless a newer one has its key. */
  claim(feed: Feed): Promise<"written" | "lost" | "conflict" | "older">;
  /** Compare-and-set of the feed alone. */
  save(feed: Feed): Promise<"written" | "lost" | "conflict">;
  /**
   * The feed after the batch, what the batch changes of the stock that was read, and why rows were refused:
   * in one transaction.
   */
  apply(
    next: Feed,
    batch: Batch,
    errors: readonly RowError[],
    stock: ReadonlyMap<string, Stock>,
  ): Promise<BatchResult>;
  /** All buckets of these SKUs; unknown ones are left out. */
  stock(skus: readonly string[]): Promise<ReadonlyMap<string, Stock>>;
  move: InventoryStore["move"];
  /** Why rows were refused, by line. */
  errors(feed: Feed): Promise<RowError[]>;
  /**
   * Keeps one of the two hashes of an uploaded version, and what is known of the upload, and returns both
   * hashes that are known then.
   */
  hashed(uploadId: string, by: "imported" | "audited", hash: string, more?: object): Promise<Hashes>;
};

export type Hashes = { readonly imported?: string; readonly audited?: string };

export type ImportPorts = {
  feeds: FeedStore;
  files: Files;
  /** To its own queue. */
  sendTasks: SendTasks;
  backOff: BackOff;
  /** A feed with more bad rows than this is refused, in percent. */
  maximumBadPercent: number;
};
