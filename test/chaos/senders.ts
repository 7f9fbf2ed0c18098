import { Agent, type ClientRequest, type IncomingMessage } from "node:http";
import type { Invocation } from "./invocation.ts";

const HEADER = "x-chaos-sender";

type AddRequest = (request: ClientRequest, ...rest: unknown[]) => void;

/**
 * Whose a request is. A handler that sends several at a time can have one arrive when another handler
 * runs already, so that each carries who has sent it.
 */
export class Senders {
  readonly #prototype = Agent.prototype as unknown as { addRequest: AddRequest };
  readonly #addRequest = this.#prototype.addRequest;
  readonly #marks = new WeakMap<Invocation, string>();
  readonly #senders = new Map<string, Invocation>();
  #count = 0;

  /** @param running whose code runs at this moment */
  constructor(running: () => Invocation | undefined) {
    const { mark, original } = { mark: this.#mark, original: this.#addRequest };
    this.#prototype.addRequest = function addRequest(this: Agent, request, ...rest) {
      const sender = running();
      if (sender !== undefined) mark(request, sender);
      Reflect.apply(original, this, [request, ...rest]);
    };
  }

  /** Who has sent a request; nobody that is known, where it is no handler. */
  of({ headers }: IncomingMessage): Invocation | undefined {
    const mark = headers[HEADER];
    delete headers[HEADER];
    return this.#senders.get(String(mark));
  }

  /** At the end of a history: what its handlers may still send is nobody's. */
  forget(): void {
    this.#senders.clear();
  }

  remove(): void {
    this.#prototype.addRequest = this.#addRequest;
  }

  #mark = (request: ClientRequest, sender: Invocation): void => {
    // Headers that wait for "100 Continue" are written already.
    if (request.headersSent) return;
    const known = this.#marks.get(sender);
    const mark = known ?? `${this.#count++}`;
    request.setHeader(HEADER, mark);
    if (known !== undefined) return;
    this.#marks.set(sender, mark);
    this.#senders.set(mark, sender);
  };
}
