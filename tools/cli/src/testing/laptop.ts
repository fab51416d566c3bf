// The whole laptop for tests, console included.
import type { RuntimeOptions } from "@order-saga/local/options";
import { type Saga, sagaOf } from "@order-saga/local/testing/saga";
import { type Laptop, startLaptop } from "../laptop.ts";

export type LaptopSaga = Saga<Laptop>;

export const startLaptopSaga = (
  data?: string,
  given: Pick<RuntimeOptions, "settings"> = {},
): Promise<LaptopSaga> =>
  sagaOf((listeners) => startLaptop({ port: 0, awsPort: 0, data, ...given }, listeners));
