/** `npm run source-maps -- DIR`: bundles with their source maps, to be kept with a release. */
import { resolve } from "node:path";
import { bundleInto } from "#lib/function-bundles.ts";

bundleInto(resolve(process.argv[2] ?? "source-maps"), true);
