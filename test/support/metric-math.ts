/** One metric in consecutive periods; undefined where CloudWatch has no data. */
export type Series = readonly (number | undefined)[];

/**
 * Evaluates the part of CloudWatch's metric math that alarms of this project use: `FILL(id, n)`,
 * `IF(condition, a, b)`, `+ - * /`, `>=`, numbers and parentheses. Like CloudWatch, it takes a missing
 * value for 0 where the other operand has one, and drops what is divided by zero.
 *
 * @param fillsEmpty whether FILL gives values for a metric that has none in all of the range; AWS does
 *   not say
 * @throws SyntaxError for anything else
 */
export function evaluate(
  expression: string,
  metrics: Readonly<Record<string, Series>>,
  fillsEmpty: boolean,
): Series {
  const tokens = expression.match(/[A-Za-z_]\w*|\d+(\.\d+)?|>=|[-+*/(),]/g) ?? [];
  if (tokens.join("") !== expression.replaceAll(/\s/g, "")) throw new SyntaxError(expression);
  const length = Math.max(...Object.values(metrics).map((series) => series.length));
  return Array.from({ length }, (_, at) => new Reader(tokens, metrics, at, fillsEmpty).read());
}

type Value = number | undefined;

const OPERATIONS: Readonly<Record<string, (a: number, b: number) => Value>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => (b === 0 ? undefined : a / b),
  ">=": (a, b) => (a >= b ? 1 : 0),
};
/** From the weakest to the strongest. */
const LEVELS = [[">="], ["+", "-"], ["*", "/"]];

/** Reads the expression once, for one period. */
class Reader {
  readonly #tokens: readonly string[];
  readonly #metrics: Readonly<Record<string, Series>>;
  readonly #at: number;
  readonly #fillsEmpty: boolean;
  #next = 0;

  constructor(
    tokens: readonly string[],
    metrics: Readonly<Record<string, Series>>,
    at: number,
    fillsEmpty: boolean,
  ) {
    this.#tokens = tokens;
    this.#metrics = metrics;
    this.#at = at;
    this.#fillsEmpty = fillsEmpty;
  }

  read(): Value {
    const value = this.#operation(0);
    if (this.#next !== this.#tokens.length) throw new SyntaxError(this.#tokens.join(" "));
    return value;
  }

  #operation(level: number): Value {
    const operators = LEVELS[level];
    if (operators === undefined) return this.#operand();
    let value = this.#operation(level + 1);
    for (let sign = this.#peek(); operators.includes(sign); sign = this.#peek()) {
      this.#next++;
      const other = this.#operation(level + 1);
      const nothing = value === undefined && other === undefined;
      value = nothing ? undefined : OPERATIONS[sign]?.(value ?? 0, other ?? 0);
    }
    return value;
  }

  #operand(): Value {
    const token = this.#take();
    if (token === "(") return this.#closed(this.#operation(0));
    if (/^\d/.test(token)) return Number(token);
    if (token === "FILL") return this.#fill();
    if (token === "IF") return this.#if();
    return this.#metric(token)[this.#at];
  }

  #fill(): Value {
    this.#take("(");
    const series = this.#metric(this.#take());
    this.#take(",");
    const filler = this.#closed(this.#operation(0));
    const empty = series.every((value) => value === undefined);
    return empty && !this.#fillsEmpty ? undefined : (series[this.#at] ?? filler);
  }

  #if(): Value {
    this.#take("(");
    const condition = this.#operation(0);
    this.#take(",");
    const yes = this.#operation(0);
    this.#take(",");
    const no = this.#closed(this.#operation(0));
    return condition === undefined ? undefined : condition === 0 ? no : yes;
  }

  #closed(value: Value): Value {
    this.#take(")");
    return value;
  }

  #metric(id: string): Series {
    const series = this.#metrics[id];
    if (series === undefined) throw new SyntaxError(`no metric ${id}`);
    return series;
  }

  #peek(): string {
    return this.#tokens[this.#next] ?? "";
  }

  #take(expected?: string): string {
    const token = this.#peek();
    if (token === "" || (expected !== undefined && token !== expected)) {
      throw new SyntaxError(`${token} in ${this.#tokens.join(" ")}`);
    }
    this.#next++;
    return token;
  }
}
