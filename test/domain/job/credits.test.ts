import { expect, it } from "vitest";
import { creditsCharged } from "#domain/job/credits.ts";

it.each([
  [{ deduction_credit: 20 }, 20],
  [{ deduction_credit: 0 }, 0],
  [{ deduction_credit: 7.5, deduction_duration: 10 }, 7.5],
  [{ deduction_duration: 10 }, 10],
  [{ deduction_credit: null, deduction_duration: 10 }, 10],
  [{ deduction_lock_duration: 10 }, undefined],
  [undefined, undefined],
])("the credits of %o are %s", (akool, credits) => {
  expect(creditsCharged(akool)).toBe(credits);
});
