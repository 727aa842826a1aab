const COMPACT_AFTER = 1024

/** First in, first out, without moving the whole line for each that leaves. */
export class Line<Item> {
  #items: Item[] = []
  #gone = 0

  get length(): number {
    return this.#items.length - this.#gone
  }

  push(item: Item): void {
    this.#items.push(item)
  }

  shift(): Item | undefined {
    const item = this.#items[this.#gone]
    if (this.length > 0) this.#gone += 1
    if (this.#gone >= COMPACT_AFTER && this.#gone * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#gone)
      this.#gone = 0
    }
    return item
  }
}
