import { env } from 'cloudflare:workers'
import { expect, test, vi } from 'vitest'
import { aBroadcastApi, aDraft } from '../support/a-broadcast-api.ts'

async function lost(): Promise<never> {
  throw new Error('D1_ERROR: Network connection lost.')
}

/** Every insert into that table is lost on its way. */
function databaseThatLoses(table: string): D1Database {
  const inserts = new Set<object>()
  return new Proxy(env.DB, {
    get(target, property) {
      if (property === 'batch') {
        return (statements: D1PreparedStatement[]) =>
          statements.some((each) => inserts.has(each)) ? lost() : target.batch(statements)
      }
      if (property !== 'prepare') return Reflect.get(target, property)
      return (sql: string) => {
        if (!sql.startsWith(`insert into "${table}"`)) return target.prepare(sql)
        const statement = { bind: () => statement, run: lost, all: lost, raw: lost }
        inserts.add(statement)
        return statement
      }
    },
  })
}

test('a draft that D1 did not take is a 503, and the log does not quote it', async () => {
  const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const api = await aBroadcastApi({ broadcasts: { db: databaseThatLoses('broadcasts') } })
  const answer = await api.call(
    'POST',
    '/broadcasts',
    aDraft({ subject: 'A secret', html: 'Psst' }),
  )
  expect(answer.status).toBe(503)
  const lines = JSON.stringify(logged.mock.calls)
  expect(lines).toContain('Network connection lost')
  expect(lines).not.toMatch(/A secret|Psst|acme\.dev/)
})
