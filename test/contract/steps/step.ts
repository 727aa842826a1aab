import { expect } from 'vitest'
import { UUID } from '../../../src/domain/id.ts'

/** What a step knows of the client that takes it, and of the steps before. */
export interface At {
  /** Of the client: 1 to 6. */
  major: number
  /** What an earlier step has kept under this name. */
  kept: (name: string) => string
}

/** One method called once, what comes back, and what later steps need of that. */
export interface Step {
  method: string
  /** Majors that have it; until: the last one. */
  since: number
  until?: number
  before?: (at: At) => Promise<void>
  args: (at: At) => unknown[]
  answer: object | ((at: At) => object)
  /** Name and place: `{ file: 'data.0.id' }`. */
  keep?: Record<string, string>
}

export const anId: unknown = expect.stringMatching(UUID)
export const aTime: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)

/** A list with this among its entries. */
export function listWith(entry: object): object {
  return {
    object: 'list',
    has_more: expect.any(Boolean),
    data: expect.arrayContaining([expect.objectContaining(entry)]),
  }
}
