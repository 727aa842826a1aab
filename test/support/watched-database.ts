import { env } from 'cloudflare:workers'

export interface Seen {
  sql: string
  args: unknown[]
}

/** The real D1, and every statement that was bound through it. */
export function watchedDatabase(): { db: D1Database; seen: Seen[] } {
  const seen: Seen[] = []
  const db = new Proxy(env.DB, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property)
      if (property !== 'prepare') return typeof member === 'function' ? member.bind(target) : member
      return (sql: string) => watched(target.prepare(sql), (args) => seen.push({ sql, args }))
    },
  })
  return { db, seen }
}

/** Bound, it is the real statement again, as a batch needs it. */
function watched(
  statement: D1PreparedStatement,
  see: (args: unknown[]) => void,
): D1PreparedStatement {
  return new Proxy(statement, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property)
      if (property === 'bind') {
        return (...args: unknown[]) => {
          see(args)
          return target.bind(...args)
        }
      }
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
}
