import * as z from "zod/mini";
import { path } from "./supported-paths.ts";

/**
 * The longest delay of setTimeout (2^31 - 1 ms, about 24 days); it fires at once for a longer one.
 */
export const MAX_TIMER_SECONDS = 2_147_483;

/** Seconds that a timer can wait. */
export const timerSeconds = z.int().check(z.nonnegative(), z.maximum(MAX_TIMER_SECONDS));

/** Fields of every state. */
export const common = {
  Comment: z.exactOptional(z.string()),
  QueryLanguage: z.exactOptional(z.literal("JSONPath")),
};

/** Fields of the states that take a part of their input, or give a part of their output. */
export const inputAndOutput = {
  InputPath: z.exactOptional(z.nullable(path)),
  OutputPath: z.exactOptional(z.nullable(path)),
};

/** `Next` or `End`; asl-validator makes sure that it is one of the two. */
export const flow = { Next: z.exactOptional(z.string()), End: z.exactOptional(z.literal(true)) };
