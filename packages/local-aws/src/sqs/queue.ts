import { randomUUID } from "node:crypto";
import { JsonFiles } from "../storage/json-files.ts";
import { KeyedLock } from "../storage/keyed-lock.ts";
import { type Message, messageIdOf, messageSchema, receiptHandle } from "./message.ts";

export interface QueueOptions {
  directory: string;
  visibilityTimeoutSeconds: number;
  /** Epoch milliseconds. */
  now: () => number;
  /** Called with the body of every message that is sent, once it is kept. */
  onMessage?: ((body: string) => void) | undefined;
}

/**
 * A standard queue with one file per message. Every change is on disk before it is answered, so a
 * killed process loses neither messages nor how often and until when they were received.
 *
 * Its operations run one after another.
 */
export class Queue {
  readonly visibilityTimeoutSeconds: number;
  readonly #files: JsonFiles<typeof messageSchema>;
  readonly #messages = new Map<string, Message>();
  readonly #lock = new KeyedLock();
  readonly #now: () => number;
  readonly #onMessage: (body: string) => void;

  private constructor(options: QueueOptions) {
    this.visibilityTimeoutSeconds = options.visibilityTimeoutSeconds;
    this.#files = new JsonFiles(options.directory, messageSchema);
    this.#now = options.now;
    this.#onMessage = options.onMessage ?? (() => {});
  }

  /** Opens the queue with the messages that an earlier process has left in its directory. */
  static async open(options: QueueOptions): Promise<Queue> {
    const queue = new Queue(options);
    const messages = await queue.#files.load();
    for (const message of messages.sort((a, b) => a.sentAt - b.sentAt)) {
      queue.#messages.set(message.id, message);
    }
    return queue;
  }

  send(content: Pick<Message, "body" | "attributes">): Promise<Message> {
    const sentAt = this.#now();
    const message = {
      ...content,
      id: randomUUID(),
      sentAt,
      visibleAt: sentAt,
      receiveCount: 0,
    };
    return this.#inTurn(async () => {
      const kept = await this.#keep(message);
      this.#onMessage(message.body);
      return kept;
    });
  }

  /** Receives up to `limit` visible messages, oldest first, and hides them from later receivers. */
  receive(limit: number, hiddenSeconds = this.visibilityTimeoutSeconds): Promise<Message[]> {
    return this.#inTurn(async () => {
      const now = this.#now();
      const visible = this.#list().filter(({ visibleAt }) => visibleAt <= now);
      return Promise.all(
        visible.slice(0, limit).map((message) =>
          this.#keep({
            ...message,
            visibleAt: now + hiddenSeconds * 1000,
            receiveCount: message.receiveCount + 1,
            firstReceivedAt: message.firstReceivedAt ?? now,
          }),
        ),
      );
    });
  }

  /**
   * Deletes the message that was received with this handle. A handle that is not its latest one
   * deletes nothing, as SQS documents it, and so does one of a deleted message.
   *
   * @returns false when the text is no receipt handle
   */
  delete(handle: string): Promise<boolean> {
    return this.#inTurn(async () => {
      const id = messageIdOf(handle);
      if (id === undefined) return false;
      const message = this.#messages.get(id);
      if (message !== undefined && receiptHandle(message) === handle) {
        await this.#files.remove(id);
        this.#messages.delete(id);
      }
      return true;
    });
  }

  /** How many messages can be received now, and how many are hidden. */
  count(): { visible: number; hidden: number } {
    const now = this.#now();
    const hidden = this.#list().filter(({ visibleAt }) => visibleAt > now).length;
    return { visible: this.#messages.size - hidden, hidden };
  }

  async #keep(message: Message): Promise<Message> {
    await this.#files.save(message.id, message);
    this.#messages.set(message.id, message);
    return message;
  }

  #list(): Message[] {
    return [...this.#messages.values()];
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#lock.run("queue", work);
  }
}
