import { expect, test } from "vitest";
import { createDiskTrouble } from "./disk-trouble.ts";

test("a full disk is said once, until a write works again", () => {
  const said: string[] = [];
  let isFull = true;
  const write = () => {
    if (isFull) throw Object.assign(new Error("database or disk is full"), { errcode: 13 });
  };
  const trouble = createDiskTrouble({ directory: ".data", write, say: (line) => said.push(line) });
  expect(trouble.current()).toBeUndefined();
  const full = Object.assign(new Error("full"), { errcode: 13 });
  for (let call = 0; call < 1000; call++) expect(trouble.tell(full)).toBe(true);
  expect(said).toEqual([
    ".data is on a disk that is full: make room. Until then nothing is taken; what was answered is kept.",
  ]);
  expect(trouble.current()).toBe(said[0]);
  isFull = false;
  expect(trouble.current()).toBeUndefined();
  expect(trouble.tell(full)).toBe(true);
  expect(said).toHaveLength(2);
  expect(trouble.tell(new TypeError("a defect"))).toBe(false);
});
