/**
 * What AKOOL's business `code` means to a poll. Only `not_found` and `rejected` say anything about the
 * job itself; `unexpected` is documented, but not for this endpoint.
 */
export type PollMeaning =
  | "success"
  | "throttled"
  | "unavailable"
  | "unexpected"
  | "account_fault"
  | "not_found"
  | "rejected"
  | "undocumented";

/**
 * What it means to the billable call. `refused` (for good) and `not_now` say that nothing was made;
 * an error of AKOOL's own processing leaves that open.
 */
export type CreateMeaning = "success" | "refused" | "not_now" | "unknown";

export interface CodeMeaning {
  poll: PollMeaning;
  create: CreateMeaning;
}

const row = (poll: PollMeaning, create: CreateMeaning, codes: readonly number[]) =>
  codes.map((code): [number, CodeMeaning] => [code, { poll, create }]);

/** AKOOL has done what was asked. */
export const SUCCESS = 1000;

/**
 * All codes of AKOOL's error-code page and of its product pages. Their meanings are AKOOL's; what
 * follows from them is our choice.
 */
const MEANINGS: ReadonlyMap<number, CodeMeaning> = new Map([
  ...row("success", "success", [SUCCESS]),
  // Operation too frequent.
  ...row("throttled", "not_now", [1005]),
  // Quota, token, payment, credit, account, subscription: a person has to act, so the job waits.
  ...row("account_fault", "not_now", [1006, 1101, 1102, 1103, 1104, 1109, 1200, 1213, 1221]),
  // Does not exist.
  ...row("not_found", "refused", [1008, 1014]),
  // Parameters, permission, inputs that are too long, too large or of no use.
  ...row("rejected", "refused", [1003, 1004, 1007, 1009, 1010, 1011, 1013, 1017]),
  ...row("rejected", "refused", [1202, 1203, 1204, 1207, 1208, 1209, 1210, 1222]),
  // Errors of the processing, the "try again later" family, and the server's own.
  ...row("unavailable", "unknown", [1015, 1016, 1105, 1108, 1110, 1111, 1112, 2001]),
  ...row("unavailable", "unknown", [1201, 1205, 1206, 1211, 1212]),
  // Live avatars, which this system neither creates nor polls.
  ...row("unexpected", "unknown", [1214, 1215, 1216, 1217, 1218, 1219, 1220, 1223]),
]);

/** The meaning of a business code. An unknown one ends no job, and repeats no billable call. */
export function meaningOf(code: number): CodeMeaning {
  return MEANINGS.get(code) ?? { poll: "undocumented", create: "unknown" };
}
