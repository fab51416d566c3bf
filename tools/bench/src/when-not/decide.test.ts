// The form's verdict: what decides alone, what adds up, and what says nothing.
import { expect, test } from "vitest";
import { decide, type Question } from "./decide.ts";

const questions: Question[] = [
  { asks: "a?", yes: { way: "left", because: "a" }, no: { way: "right", because: "not a" } },
  { asks: "b?", yes: { way: "right", because: "b" } },
  { asks: "c?", yes: { way: "right", because: "c" } },
  { asks: "d?", yes: { way: "else", because: "d", decides: true } },
];

test("without an answer that speaks for anything there is no verdict", () => {
  expect(decide(questions, [])).toBeUndefined();
  expect(decide(questions, [undefined, false, false])).toBeUndefined();
});

test("the way with most voices is the verdict, with the questions that decided", () => {
  expect(decide(questions, [true, true, true])).toEqual({
    way: "right",
    decided: [2, 3],
    because: ["b", "c"],
  });
  expect(decide(questions, [false, true])).toMatchObject({ way: "right", decided: [1, 2] });
});

test("of two with as many voices the earlier question decides", () => {
  expect(decide(questions, [true, true])).toMatchObject({ way: "left", decided: [1] });
});

test("what this saga cannot do decides alone, whatever else is answered", () => {
  expect(decide(questions, [true, true, true, true])).toEqual({ way: "else", decided: [4], because: ["d"] });
});
