import { uuidv7 } from '../domain/id.ts'
import type { AudienceDeps } from './deps.ts'

export function newId({ now, random }: Pick<AudienceDeps, 'now' | 'random'>): string {
  return uuidv7(now(), 0, random(8))
}
