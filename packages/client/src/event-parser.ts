/** One event of a stream, not yet understood. */
export interface RawEvent {
  readonly event: string;
  readonly data: string;
  /** The last id that was sent, be it with this event or before; undefined when there was none. */
  readonly lastEventId: string | undefined;
}

/** Longest event that is read, in characters: ours have a few hundred. */
const MAX_EVENT = 1024 * 1024;

/**
 * Reads `text/event-stream` piece by piece, wherever the pieces are cut. Source: HTML Standard, "Server-sent events",
 * interpreting an event stream.
 */
export class EventParser {
  #rest = "";
  #size = 0;
  #event = "";
  #data: string[] = [];
  #id: string | undefined;

  /** The events that this piece completes. Throws RangeError when one is without end. */
  push(text: string): RawEvent[] {
    const events: RawEvent[] = [];
    // A return at the end of a piece may be half of a line's end: it waits for the next one.
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      this.#size += line.length;
      if (line !== "") this.#field(line);
      else {
        if (this.#data.length > 0) {
          events.push({ event: this.#event || "message", data: this.#data.join("\n"), lastEventId: this.#id });
        }
        [this.#event, this.#data, this.#size] = ["", [], 0];
      }
    }
    if (this.#size + this.#rest.length > MAX_EVENT) throw new RangeError("an event of the stream has no end");
    return events;
  }

  #field(line: string): void {
    const [, name, value = ""] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
    if (name === "event") this.#event = value;
    else if (name === "data") this.#data.push(value);
    else if (name === "id" && !value.includes("\0")) this.#id = value;
  }
}
