import { describe, expect, it } from "vitest";
import { type ConsoleRule, isPermitted } from "#domain/console-access.ts";

const byScope: ConsoleRule = {
  readScope: "read",
  operateScope: "operate",
  operatorGroup: undefined,
};
const byGroup: ConsoleRule = { ...byScope, operatorGroup: "operators" };

describe("a user of the hosted console", () => {
  it.each([
    ["read", byScope, ["read"], [], true],
    ["read", byScope, [], [], false],
    ["read", byScope, ["operate"], [], false],
    ["read", byGroup, ["read"], [], true],
    ["operate", byScope, ["read"], [], false],
    ["operate", byScope, ["read", "operate"], [], true],
    ["operate", byScope, ["operates"], [], false],
    ["operate", byGroup, ["read", "operate"], [], false],
    ["operate", byGroup, ["read", "operate"], ["readers"], false],
    ["operate", byGroup, ["read", "operate"], ["readers", "operators"], true],
    ["operate", byGroup, ["read"], ["operators"], false],
  ] as const)(
    "may %s by %j, with the scopes %j and the groups %j: %s",
    (needed, rule, scopes, groups, may) => {
      expect(isPermitted(needed, rule, { scopes, groups })).toBe(may);
    },
  );
});
