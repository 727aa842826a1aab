/** Every random choice of a run, the same for the same seed (xorshift32). */
export interface Dice {
  /** From 0 to below 1. */
  roll(): number
  /** A whole number below so many. */
  below(count: number): number
  pick<T>(from: readonly T[]): T
  shuffle<T>(items: readonly T[]): T[]
}

export function dice(seed: number): Dice {
  let state = (Math.imul(seed, 0x9e3779b1) ^ 0x85ebca6b) | 1
  const roll = () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
  const below = (count: number) => Math.floor(roll() * count)
  return {
    roll,
    below,
    pick<T>(from: readonly T[]): T {
      const picked = from[below(from.length)]
      if (picked === undefined) throw new Error('There is nothing to pick from.')
      return picked
    },
    shuffle<T>(items: readonly T[]): T[] {
      const order = items.map((item) => ({ item, at: roll() }))
      return order.toSorted((a, b) => a.at - b.at).map(({ item }) => item)
    },
  }
}
