// Names are spread as FNV-1a spreads them, so that every process and release finds the same place.
import { expect, test } from "vitest";
import { hashText } from "./hash-text.ts";

// Published test vectors of FNV-1a, 32 bits.
test.each([
  ["", 0x811c9dc5],
  ["a", 0xe40c292c],
  ["foobar", 0xbf9cf968],
])("%j is hashed as published", (text, hash) => expect(hashText(text)).toBe(hash));
