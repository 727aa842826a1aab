import { env } from 'cloudflare:workers'

/** A D1 in which something happens between what was read and the next batch of writes. */
export function racingDatabase(meanwhile: () => Promise<unknown>): D1Database {
  let left = 1
  return new Proxy(env.DB, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property)
      if (property !== 'batch') return typeof member === 'function' ? member.bind(target) : member
      return async (statements: D1PreparedStatement[]) => {
        if (left-- > 0) await meanwhile()
        return await target.batch(statements)
      }
    },
  })
}
