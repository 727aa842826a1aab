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

/** A D1 in which something happens just before a statement that begins with these words. */
export function racedStatement(words: string, meanwhile: () => Promise<unknown>): D1Database {
  return new Proxy(env.DB, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property)
      if (property !== 'prepare') return typeof member === 'function' ? member.bind(target) : member
      return (sql: string) => {
        const statement = target.prepare(sql)
        if (!sql.startsWith(words)) return statement
        const run = async (...values: unknown[]) => {
          await meanwhile()
          return await statement.bind(...values).run()
        }
        return { bind: (...values: unknown[]) => ({ run: () => run(...values) }) }
      }
    },
  })
}
