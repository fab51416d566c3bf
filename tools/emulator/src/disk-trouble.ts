// A disk that is full or closed to writes is said once, not with every call that meets it, and until a write
// works again.
import { refusedBySystem } from "./private-files.ts";

export type DiskTrouble = {
  /** True for an error of the system, which is said if nothing was said since all was well. */
  tell(error: unknown): boolean;
  /** What is wrong; undefined from when a write works again. */
  current(): string | undefined;
};

/** `write` writes something small, and throws where the disk takes nothing. */
export function createDiskTrouble({
  directory,
  write,
  say,
}: {
  directory: string;
  write: () => void;
  say: (line: string) => void;
}): DiskTrouble {
  let told: string | undefined;
  return {
    tell(error) {
      const refused = refusedBySystem(error);
      if (refused === undefined) return false;
      if (told === undefined) {
        told = `${directory} ${refused}. Until then nothing is taken; what was answered is kept.`;
        say(told);
      }
      return true;
    },
    current() {
      if (told === undefined) return undefined;
      try {
        write();
        told = undefined;
      } catch {
        // It is as it was.
      }
      return told;
    },
  };
}

/** In memory there is no disk. */
export const noDisk: DiskTrouble = { tell: () => false, current: () => undefined };
