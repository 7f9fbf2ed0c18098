import type { AkoolFields } from "./observation.ts";

/**
 * The credits that AKOOL says a job has cost: `deduction_credit`, and of products that carry no such
 * field, as video translation, `deduction_duration` ("credits consumed").
 *
 * @returns undefined while AKOOL has said neither
 */
export function creditsCharged(akool: AkoolFields | undefined): number | undefined {
  const named = [akool?.deduction_credit, akool?.deduction_duration];
  return named.find((value) => typeof value === "number");
}
