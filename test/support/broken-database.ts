import { env } from 'cloudflare:workers'

type Breaking = 'before' | 'after'

/** A D1 whose next batch of writes fails before anything is written, or after it was committed. */
export function databaseThatFails(when: Breaking, times = 1): D1Database {
  let left = times
  return new Proxy(env.DB, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property)
      if (property !== 'batch') return typeof member === 'function' ? member.bind(target) : member
      return async (statements: D1PreparedStatement[]) => {
        if (left === 0) return await target.batch(statements)
        left--
        if (when === 'after') await target.batch(statements)
        throw new Error('D1_ERROR: Network connection lost.')
      }
    },
  })
}

/** A D1 that is away altogether, but for the keys of the API. */
export function databaseAway(): D1Database {
  return new Proxy(env.DB, {
    get(target, property) {
      if (property === 'prepare') {
        return (sql: string) => {
          if (/api_keys/.test(sql)) return target.prepare(sql)
          throw new Error('D1_ERROR: D1 DB is overloaded. Requests queued for too long.')
        }
      }
      return () => {
        throw new Error('D1_ERROR: D1 DB is overloaded. Requests queued for too long.')
      }
    },
  })
}
