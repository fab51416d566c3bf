// Folders and files of one user: no other user can read them, and no link leads a write elsewhere.
import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  lstatSync,
  mkdirSync,
  openSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
const OF_OTHERS = 0o077;

/** What cannot be used as it is, in words that end a sentence that began with the path. */
export class NotPrivate extends Error {
  override readonly name = "NotPrivate";
}

/** Undefined where the system has no users. */
export type UserId = number | undefined;
export const thisUser = (): UserId => process.getuid?.();

/**
 * Makes the folder and what it is in; one that is there is closed to other users. Throws NotPrivate for one
 * of another user, and what the system throws.
 */
export function makePrivateFolder(path: string, user: UserId = thisUser()): void {
  const there = statSync(path, { throwIfNoEntry: false });
  if (!there) {
    makeFolders(path);
    return;
  }
  if (!there.isDirectory()) throw new NotPrivate("is a file, not a folder");
  if (user !== undefined && there.uid !== user)
    throw new NotPrivate(`belongs to another user (${there.uid})`);
  if ((there.mode & OF_OTHERS) !== 0) chmodSync(path, FOLDER_MODE);
}

/** Node's own way of making parents does not end where the system makes none, such as below /proc. */
function makeFolders(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink())
    throw new NotPrivate("is a link to what is not there");
  const parent = dirname(path);
  if (!statSync(parent, { throwIfNoEntry: false })) makeFolders(parent);
  mkdirSync(path, { mode: FOLDER_MODE });
}

/** The file open to be added to, made if it is not there. Throws what the system throws, ELOOP for a link. */
export function openPrivate(path: string): number {
  const { O_APPEND, O_CREAT, O_NOFOLLOW = 0, O_RDWR } = constants;
  const file = openSync(path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW, FILE_MODE);
  fchmodSync(file, FILE_MODE);
  return file;
}

/** To be called before SQLite opens the file: its log gets the same mode. */
export const makePrivate = (path: string): void => closeSync(openPrivate(path));

const advice: Readonly<Record<string, string>> = {
  EACCES: "may not be read and written by you: change its permissions",
  EPERM: "may not be changed by you: change its permissions or its owner",
  EROFS: "is on a disk that is read-only: make it writable",
  ENOSPC: "is on a disk that is full: make room",
  EDQUOT: "is on a disk of which you have no more: make room",
  ELOOP: "is a link, which is not followed: put the file itself in its place",
  ENOTDIR: "is below a file: move the file away",
  ENOENT: "cannot be made there: the system lets no folder be made",
  EMFILE: "cannot be opened, because too many files are open: let more be opened (ulimit -n)",
};

/** What the system refused and what to do, to come after the path; undefined for another error. */
export function refusedBySystem(error: unknown): string | undefined {
  if (error instanceof NotPrivate) return error.message;
  const { code, errcode } = Object(error) as { code?: unknown; errcode?: unknown };
  const known = typeof errcode === "number" ? sqlite[errcode & 0xff] : code;
  return advice[String(known)];
}

/** SQLite's result codes for the same (sqlite.org/rescode.html). */
const sqlite: Readonly<Record<number, string>> = { 3: "EACCES", 8: "EROFS", 13: "ENOSPC", 23: "EACCES" };
