// The operations that list objects and versions, by pages.
// Source: S3 API reference, "ListObjectsV2" and "ListObjectVersions".
import { xml } from "./answer.ts";
import { bucketOf, type Operation } from "./buckets.ts";
import { S3Error } from "./errors.ts";
import type { S3Request } from "./request.ts";
import type { Storage, Version } from "./storage.ts";

const MOST = 1000;

export function listingOperations(storage: Storage): Record<string, Operation> {
  return {
    ListObjectsV2: (request) => listObjects(storage, request),
    ListObjectVersions: (request) => listVersions(storage, request),
  };
}

function listObjects(storage: Storage, request: S3Request) {
  const asked = readAsked(request);
  const { delimiter, encode, prefix } = asked;
  const token = request.query.get("continuation-token");
  const startAfter = request.query.get("start-after") ?? "";
  const after = token === null ? startAfter : Buffer.from(token, "base64url").toString("utf8");
  const current = latestOf(storage.list(bucketOf(storage, request).name, prefix));
  const entries = grouped(current, prefix, delimiter).filter(({ name }) => isAfter(name, after));
  const page = entries.slice(0, asked.most);
  const last = page.at(-1);
  const isTruncated = page.length < entries.length && last !== undefined;
  return xml("ListBucketResult", {
    Name: request.bucket,
    Prefix: encode(prefix),
    ...(delimiter !== "" && { Delimiter: encode(delimiter) }),
    ...(startAfter !== "" && { StartAfter: encode(startAfter) }),
    ...(token !== null && { ContinuationToken: token }),
    KeyCount: page.length,
    MaxKeys: asked.most,
    IsTruncated: isTruncated,
    ...asked.encoding,
    ...(isTruncated && { NextContinuationToken: Buffer.from(last.name).toString("base64url") }),
    Contents: page.flatMap(({ version }) =>
      version ? { Key: encode(version.key), ...described(version) } : [],
    ),
    CommonPrefixes: page.flatMap(({ name, version }) => (version ? [] : { Prefix: encode(name) })),
  });
}

function listVersions(storage: Storage, request: S3Request) {
  const asked = readAsked(request);
  const { encode, prefix } = asked;
  if (asked.delimiter !== "")
    throw new S3Error("NotImplemented", "A delimiter of versions is not implemented here.");
  const keyMarker = request.query.get("key-marker") ?? "";
  const idMarker = request.query.get("version-id-marker") ?? "";
  const all = storage.list(bucketOf(storage, request).name, prefix);
  const marked = all.findIndex(({ key, versionId }) => key === keyMarker && versionId === idMarker);
  const entries =
    idMarker !== "" && marked >= 0 ? all.slice(marked + 1) : all.filter(({ key }) => isAfter(key, keyMarker));
  const page = entries.slice(0, asked.most);
  const last = page.at(-1);
  const isTruncated = page.length < entries.length && last !== undefined;
  const latest = new Set(latestRows(all));
  const row = (version: Version) => ({
    Key: encode(version.key),
    VersionId: version.versionId,
    IsLatest: latest.has(version.row),
  });
  return xml("ListVersionsResult", {
    Name: request.bucket,
    Prefix: encode(prefix),
    KeyMarker: encode(keyMarker),
    VersionIdMarker: idMarker,
    MaxKeys: asked.most,
    IsTruncated: isTruncated,
    ...asked.encoding,
    ...(isTruncated && { NextKeyMarker: encode(last.key), NextVersionIdMarker: last.versionId }),
    Version: page.flatMap((each) => (each.isDeleteMarker ? [] : { ...row(each), ...described(each) })),
    DeleteMarker: page.flatMap((each) =>
      each.isDeleteMarker ? { ...row(each), LastModified: new Date(each.modifiedAt).toISOString() } : [],
    ),
  });
}

function readAsked({ query }: S3Request) {
  const most = Number(query.get("max-keys") ?? MOST);
  if (!Number.isInteger(most) || most < 0)
    throw new S3Error("InvalidArgument", "max-keys is not a number of keys.");
  const isUrl = query.get("encoding-type") === "url";
  return {
    prefix: query.get("prefix") ?? "",
    delimiter: query.get("delimiter") ?? "",
    most: Math.min(most, MOST),
    encode: (text: string) => (isUrl ? encodeURIComponent(text).replaceAll("%2F", "/") : text),
    encoding: isUrl ? { EncodingType: "url" } : {},
  };
}

/** Keys are in the order of their bytes. */
const isAfter = (key: string, marker: string) =>
  marker === "" || Buffer.compare(Buffer.from(key), Buffer.from(marker)) > 0;

function latestRows(versions: readonly Version[]): number[] {
  return versions.filter(({ key }, index) => versions[index - 1]?.key !== key).map(({ row }) => row);
}

function latestOf(versions: readonly Version[]): Version[] {
  const rows = new Set(latestRows(versions));
  return versions.filter(({ isDeleteMarker, row }) => rows.has(row) && !isDeleteMarker);
}

/** A key, or all keys that are the same up to the delimiter. */
type Entry = { readonly name: string; readonly version?: Version };

function grouped(versions: readonly Version[], prefix: string, delimiter: string): Entry[] {
  const entries = new Map<string, Entry>();
  for (const version of versions) {
    const at = delimiter === "" ? -1 : version.key.indexOf(delimiter, prefix.length);
    const name = at < 0 ? version.key : version.key.slice(0, at + delimiter.length);
    if (!entries.has(name)) entries.set(name, at < 0 ? { name, version } : { name });
  }
  return [...entries.values()];
}

const described = ({ etag, modifiedAt, size }: Version) => ({
  LastModified: new Date(modifiedAt).toISOString(),
  ETag: `"${etag}"`,
  Size: size,
  StorageClass: "STANDARD",
});
