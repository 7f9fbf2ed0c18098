/** A cell that a spreadsheet would take for a formula. */
const FORMULA = /^[=+\-@\t\r\n]/;
const QUOTED = /[",\r\n]/;

/**
 * A table as CSV (RFC 4180), the first row its names. Text that a spreadsheet would run as a formula
 * gets an apostrophe in front, as https://owasp.org/www-community/attacks/CSV_Injection asks.
 */
export function csv(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((cells) => cells.map(cell).join(",")).join("\r\n");
}

function cell(value: string | number): string {
  if (typeof value === "number") return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
