import { readTopic } from '../db/audience/topics.ts'

/** Whether there is a topic; emails of one request mostly name the same. */
export function topicChecker(db: D1Database): (id: string) => Promise<boolean> {
  const known = new Map<string, boolean>()
  return async (id) => {
    const isTopic = known.get(id) ?? (await readTopic(db, id)) !== null
    known.set(id, isTopic)
    return isTopic
  }
}
