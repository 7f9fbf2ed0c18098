import * as z from "zod/mini";
import { path } from "./supported-paths.ts";

interface Comparison {
  Variable?: string;
  StringEquals?: string;
  StringEqualsPath?: string;
  NumericEquals?: number;
  NumericEqualsPath?: string;
  BooleanEquals?: boolean;
  BooleanEqualsPath?: string;
  IsNull?: true;
  IsPresent?: true;
  IsNumeric?: true;
  IsString?: true;
  IsBoolean?: true;
}

interface ChoiceTest extends Comparison {
  And?: ChoiceTest[];
  Or?: ChoiceTest[];
  Not?: ChoiceTest;
}

/** The interpreter takes `IsPresent: false` and its kin for "never": only `true` is honoured. */
const isTrue = z.exactOptional(z.literal(true));

/**
 * Ordering comparisons are left out, because the interpreter lets JavaScript convert the types
 * (null < 1) where Step Functions does not match; StringMatches, because its wildcards differ.
 */
const testShape = {
  Variable: z.exactOptional(path),
  StringEquals: z.exactOptional(z.string()),
  StringEqualsPath: z.exactOptional(path),
  NumericEquals: z.exactOptional(z.number()),
  NumericEqualsPath: z.exactOptional(path),
  BooleanEquals: z.exactOptional(z.boolean()),
  BooleanEqualsPath: z.exactOptional(path),
  IsNull: isTrue,
  IsPresent: isTrue,
  IsNumeric: isTrue,
  IsString: isTrue,
  IsBoolean: isTrue,
  And: z.exactOptional(z.lazy(() => z.array(choiceTest))),
  Or: z.exactOptional(z.lazy(() => z.array(choiceTest))),
  Not: z.exactOptional(z.lazy(() => choiceTest)),
};

const NO_OPERATORS = new Set(["Variable", "Next", "Comment"]);

/** The interpreter evaluates the first operator that it knows and ignores a second. */
function hasOneOperator(rule: object): boolean {
  return Object.keys(rule).filter((key) => !NO_OPERATORS.has(key)).length === 1;
}

const oneOperator = z.refine<object>(hasOneOperator, "must have exactly one operator");

const choiceTest: z.ZodMiniType<ChoiceTest> = z.strictObject(testShape).check(oneOperator);

/** One rule of a Choice state. */
export const choiceRule = z
  .strictObject({ ...testShape, Next: z.string(), Comment: z.exactOptional(z.string()) })
  .check(oneOperator);
