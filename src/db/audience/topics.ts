import { IS_SUBSCRIBED } from '../../domain/segment-sql.ts'

export type Subscription = 'opt_in' | 'opt_out'

export interface Topic {
  id: string
  name: string
  description: string | null
  default_subscription: Subscription
  visibility: 'public' | 'private'
  created_at: number
}

const INSERT = `INSERT INTO topics (id, name, description, default_subscription, visibility, created_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)`

export async function insertTopic(db: D1Database, topic: Topic): Promise<void> {
  const { id, name, description, default_subscription, visibility, created_at } = topic
  await db
    .prepare(INSERT)
    .bind(id, name, description, default_subscription, visibility, created_at)
    .run()
}

export async function readTopic(db: D1Database, id: string): Promise<Topic | null> {
  return await db.prepare('SELECT * FROM topics WHERE id = ?1').bind(id).first<Topic>()
}

/** All, newest first: there are as many as a page of preferences can show. */
export async function listTopics(db: D1Database): Promise<Topic[]> {
  return (await db.prepare('SELECT * FROM topics ORDER BY id DESC').all<Topic>()).results
}

export async function countTopics(db: D1Database): Promise<number> {
  return (await db.prepare('SELECT count(*) AS n FROM topics').first<number>('n')) ?? 0
}

const CHANGE = `UPDATE topics SET name = coalesce(?2, name), description = iif(?4, ?3, description),
  visibility = coalesce(?5, visibility) WHERE id = ?1`

export interface TopicChange {
  name: string | null
  /** Undefined: it stays. */
  description: string | null | undefined
  visibility: Topic['visibility'] | null
}

/** False: there is none of this id. */
export async function changeTopic(
  db: D1Database,
  id: string,
  { name, description, visibility }: TopicChange,
): Promise<boolean> {
  const changed = await db
    .prepare(CHANGE)
    .bind(id, name, description ?? null, Number(description !== undefined), visibility)
    .run()
  return changed.meta.changes === 1
}

/** Something is still to be sent on it: without the topic it would go to those who never joined. */
const NOT_NEEDED = `NOT EXISTS (SELECT 1 FROM broadcasts b WHERE b.topic_id = ?1
    AND (b.state NOT IN ('sent', 'canceled') OR EXISTS (SELECT 1 FROM emails e
      WHERE e.broadcast_id = b.id AND e.due_at IS NOT NULL)))
  AND NOT EXISTS (SELECT 1 FROM emails e WHERE e.due_at IS NOT NULL AND e.topic_id = ?1)`

/** False: there is none, or it is still needed. Who has left it stays out of it, should an id ever come back. */
export async function deleteTopic(db: D1Database, id: string): Promise<boolean> {
  const [, deleted] = await db.batch([
    db.prepare(`DELETE FROM topic_subscriptions WHERE topic_id = ?1 AND ${NOT_NEEDED}`).bind(id),
    db.prepare(`DELETE FROM topics WHERE id = ?1 AND ${NOT_NEEDED}`).bind(id),
  ])
  return deleted?.meta.changes === 1
}

export interface TopicOfPerson extends Topic {
  subscribed: 0 | 1
}

const OF_ADDRESS = `SELECT t.*, ${IS_SUBSCRIBED} AS subscribed
FROM (SELECT ?1 AS address) c CROSS JOIN topics t ORDER BY t.id DESC`

/** All topics and whether an address gets them; it needs no contact. */
export async function topicsOf(db: D1Database, address: string): Promise<TopicOfPerson[]> {
  return (await db.prepare(OF_ADDRESS).bind(address).all<TopicOfPerson>()).results
}
