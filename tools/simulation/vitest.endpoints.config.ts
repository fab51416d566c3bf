import { testsWithEndpoints } from "../../vitest.shared.ts";

export default testsWithEndpoints("simulation");
