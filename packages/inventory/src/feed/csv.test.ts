// The lines of a stock feed: its header, its rows, and why a line is none.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { linesIn, MAXIMUM_LINE_BYTES, readHeader, readRow } from "./csv.ts";

test("a piece has its whole lines; what is after the last belongs to the next, or is the file's end", () => {
  const piece = Buffer.from("\nTEA,3\r\nM\rUG,7\nJAR");
  const whole = [
    { text: "", line: 5, nextOffset: 101 },
    { text: "TEA,3", line: 6, nextOffset: 108 },
    { text: "M\rUG,7", line: 7, nextOffset: 115 },
  ];
  expect(linesIn(piece, { offset: 100, line: 5, isEnd: false })).toEqual(whole);
  const last = { text: "JAR", line: 8, nextOffset: 118 };
  expect(linesIn(piece, { offset: 100, line: 5, isEnd: true })).toEqual([...whole, last]);
});

test("a line that is longer than a piece is cut at its end", () => {
  const cut = [{ text: "TEA", line: 5, nextOffset: 103 }];
  expect(linesIn(Buffer.from("TEA"), { offset: 100, line: 5, isEnd: false })).toEqual(cut);
});

test("pieces may be cut anywhere: the lines are the same", () => {
  const bytes = fc.array(fc.constantFrom("a", "é", ",", "\n", "\r\n", "1"), { maxLength: 40 });
  fc.assert(
    fc.property(bytes, fc.integer({ min: 12, max: 60 }), (parts, size) => {
      const file = Buffer.from(parts.join(""));
      const whole = linesIn(file, { offset: 0, line: 1, isEnd: true });
      const found: ReturnType<typeof linesIn> = [];
      for (let offset = 0, line = 1; offset < file.length; ) {
        const piece = file.subarray(offset, offset + size);
        const some = linesIn(piece, { offset, line, isEnd: offset + piece.length >= file.length });
        found.push(...some);
        line += some.length;
        offset = some.at(-1)?.nextOffset ?? file.length;
      }
      if (whole.every(({ text }) => Buffer.byteLength(text) < size - 2)) expect(found).toEqual(whole);
      else expect(found.map(({ text }) => text).join("").length).toBeGreaterThan(0);
    }),
  );
});

test.each([
  ["sku,delta", { column: "delta", delimiter: "," }],
  [' "SKU" ; Level ', { column: "level", delimiter: ";" }],
  ["sku,amount", undefined],
  ["delta,sku", undefined],
  ["name,delta", undefined],
  ["\uFEFFsku,delta", { column: "delta", delimiter: "," }],
  ['\uFEFF"sku",delta', { column: "delta", delimiter: "," }],
  ["sk\uFEFFu,delta", undefined],
  ["sku", undefined],
  ["sku,delta,level", undefined],
  ["", undefined],
])("the header %j", (line, header) => {
  expect(readHeader(line)).toEqual(header);
});

test("a row never throws, whatever it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      readRow(text, 1, { column: "delta", delimiter: "," });
    }),
  );
});

describe("a row", () => {
  const delta = { column: "delta", delimiter: "," } as const;
  const level = { column: "level", delimiter: ";" } as const;
  const read = (text: string) => readRow(text, 7, delta);

  test.each([
    ["TEA,-3", { sku: "TEA", value: -3 }],
    [' TEA , "+3" ', { sku: "TEA", value: 3 }],
    ['" TEA ",3', { sku: "TEA", value: 3 }],
    ["TEA,1000000", { sku: "TEA", value: 1_000_000 }],
    ["TEA,-1000000", { sku: "TEA", value: -1_000_000 }],
  ])("%j is a SKU and a number", (text, row) => {
    expect(read(text)).toEqual({ line: 7, ...row });
  });

  test.each(["", " ", " \t "])("%j is an empty line", (text) => {
    expect(read(text)).toBeUndefined();
  });

  test.each([
    ["TEA", "columns"],
    ["TEA,1,1", "columns"],
    ['TE"A,1', "columns"],
    ['T"EA",1', "columns"],
    ['"TE"A,1', "columns"],
    ["x y,1", "malformed_sku"],
    ['"TE""A",1', "malformed_sku"],
  ])("%j is none, and which SKU it means is not known", (text, reason) => {
    expect(read(text)).toEqual({ line: 7, reason });
  });

  test.each([
    ["TEA,", "not_an_integer"],
    ["TEA,1.5", "not_an_integer"],
    ["TEA,1000001", "out_of_range"],
    ["TEA,-1000001", "out_of_range"],
  ])("%j is none of its SKU", (text, reason) => {
    expect(read(text)).toEqual({ line: 7, sku: "TEA", reason });
  });

  test("a level is never below zero", () => {
    expect(readRow("TEA;0", 7, level)).toEqual({ line: 7, sku: "TEA", value: 0 });
    expect(readRow("TEA;-1", 7, level)).toEqual({ line: 7, sku: "TEA", reason: "below_zero" });
  });

  test("a line is at most a kibibyte, in bytes and not in letters", () => {
    const padded = (bytes: number) => `TEA,1${" ".repeat(bytes - 5)}`;
    expect(read(padded(MAXIMUM_LINE_BYTES))).toEqual({ line: 7, sku: "TEA", value: 1 });
    const tooLong = { line: 7, reason: "line_too_long" };
    expect(read(padded(MAXIMUM_LINE_BYTES + 1))).toEqual(tooLong);
    expect(read(`${"é".repeat(512)},1`)).toEqual(tooLong);
  });
});
