import { applyD1Migrations } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { inject } from 'vitest'

// Every test file starts with a database of its own, as the migrations leave it.
await applyD1Migrations(env.DB, inject('migrations'))
