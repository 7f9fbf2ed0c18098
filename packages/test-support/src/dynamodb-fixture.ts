import { test } from "vitest";
import { dynaliteTable } from "./dynamodb.ts";

/** Tests with `table`: the tables in dynalite, opened once for all tests of a file that name it. */
export const dynamoDbTest = test.extend(
  "table",
  { scope: "file" },
  // biome-ignore lint/correctness/noEmptyPattern: vitest wants to see that no other fixture is used
  async ({}, { onCleanup }) => {
    const table = await dynaliteTable();
    onCleanup(() => table.close());
    return table;
  },
);
