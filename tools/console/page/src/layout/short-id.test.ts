// Ids that are shortened are still told apart.
import { expect, test } from "vitest";
import { shortId } from "./short-id.ts";

test("orders of the same moment are told apart, and from bulks", () => {
  expect(shortId("ord_08a8daf8e1c51ab64b92b53908bf0871")).toBe("ord_…08bf0871");
  expect(shortId("ord_08a8daf8e1c55893fa7ccb0328153755")).toBe("ord_…28153755");
  expect(shortId("bulk_7a6b5c4d3e2f1a0b9c4f3c2a1b0d9e8f")).toBe("bulk_…1b0d9e8f");
});

test("what is short stays", () => expect(shortId("feeds/tea.csv")).toBe("feeds/tea.csv"));
