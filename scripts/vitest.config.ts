import { asNode, testsOf } from "../vitest.shared.ts";

export default testsOf("scripts", 120, { include: ["*.test.ts"], ...asNode });
