// The in-memory stores of gauges and turns pass the shared suite.
import { admissionStoreSuite } from "./admission.suite.ts";
import { createMemoryGauges, createMemoryTurns } from "./admission-memory.ts";

admissionStoreSuite(() => ({ gauges: createMemoryGauges(), turns: createMemoryTurns() }));
