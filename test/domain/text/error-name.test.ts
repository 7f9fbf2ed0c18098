import { expect, it } from "vitest";
import { nameOf } from "#domain/text/error-name.ts";

it.each([
  [new TypeError("with a secret"), "TypeError"],
  ["with a secret", "unknown error"],
  [undefined, "unknown error"],
])("the name of %o is %s", (error, name) => {
  expect(nameOf(error)).toBe(name);
});
