/**
 * Whether an address has not joined a topic that only who says yes gets, both as SQL. False for what
 * is no topic.
 */
export const hasNotJoined = (address: string, topic: string): string =>
  `EXISTS (SELECT 1 FROM topics t WHERE t.id = ${topic} AND t.default_subscription = 'opt_out'
    AND NOT EXISTS (SELECT 1 FROM topic_subscriptions j
      WHERE j.address = ${address} AND j.topic_id = t.id))`

/** Whether an address has left a topic or everything. */
export const hasLeft = (address: string, topic: string): string =>
  `EXISTS (SELECT 1 FROM unsubscribes u
    WHERE u.address = ${address} AND u.topic_id IN ('', coalesce(${topic}, '')))`

/** Whether an address does not get what is about a topic: it has left it or everything, or never joined. */
export const doesNotWant = (address: string, topic: string): string =>
  `(${hasLeft(address, topic)}
    OR ${hasNotJoined(address, topic)})`
