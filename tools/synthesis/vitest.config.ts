import { asNode, testsOf } from "../../vitest.shared.ts";

// The set-up renders the stages once for all files; on a bare machine it fetches SST's platform first.
export default testsOf("synthesis", 60, { globalSetup: ["test/rendered.ts"], ...asNode });
