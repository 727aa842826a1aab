import { env } from 'cloudflare:workers'
import { inject } from 'vitest'

// Every test file starts with a database of its own, as the migrations leave it. The plugin's
// applyD1Migrations would load the whole Worker into files that need only a statement or two.
const queries = inject('migrations').flatMap((migration) => migration.queries)
await env.DB.batch(queries.map((query) => env.DB.prepare(query)))
