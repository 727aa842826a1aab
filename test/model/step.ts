import type { Attempt, World } from './world.ts'

/** One durable step of one party. A fault is what a healthy system and a healthy SES do not do. */
export interface Step {
  name: string
  fault: boolean
  next: World
}

export function changed(world: World, number: number, change: Partial<Attempt>): World {
  return {
    ...world,
    attempts: world.attempts.map((attempt, index) =>
      index === number - 1 ? { ...attempt, ...change } : attempt,
    ),
  }
}

export function ageOf({ attempts }: World, number: number): number {
  return -(attempts[number - 1]?.claimedAt ?? 0)
}
