/**
 * What the tracker makes of AKOOL's business `code`. The meanings are AKOOL's; what follows from
 * them is ours: only `not_found` and `rejected` say anything about the job itself.
 */
export type CodeMeaning =
  | "success"
  | "throttled"
  | "unavailable"
  | "account_fault"
  | "not_found"
  | "rejected"
  | "undocumented";

/** The one table of AKOOL's documented codes, by what the tracker does. */
const CODES_BY_MEANING = {
  success: [1000],
  /** Operation too frequent. */
  throttled: [1005],
  /** Server side, and the "try again later" family. */
  unavailable: [2001, 1015, 1105, 1108, 1110, 1111, 1112, 1201, 1205, 1206, 1211, 1212],
  /** Token, payment, credit, account, subscription: mended by a person, so the job waits. */
  account_fault: [1101, 1102, 1103, 1104, 1109, 1200, 1213, 1221],
  /** Does not exist. */
  not_found: [1008, 1014],
  /** Parameter or permission: the same request can never succeed. */
  rejected: [1003, 1004, 1009, 1010, 1011],
} as const satisfies Partial<Record<CodeMeaning, readonly number[]>>;

const MEANING_BY_CODE: ReadonlyMap<number, CodeMeaning> = new Map(
  Object.entries(CODES_BY_MEANING).flatMap(([meaning, codes]) =>
    codes.map((code): [number, CodeMeaning] => [code, meaning as keyof typeof CODES_BY_MEANING]),
  ),
);

/** The meaning of a business code; an undocumented one is treated as unavailable, and counted. */
export function meaningOf(code: number): CodeMeaning {
  return MEANING_BY_CODE.get(code) ?? "undocumented";
}
