import { basename, extname, join } from 'node:path'
import { wrangler } from './wrangler.ts'

// An empty name of an environment is wrangler.toml's top level.
const LOCAL = ['--env', '']

/** Bundles a Worker exactly as `wrangler deploy` does; the script's path. */
export async function bundleWorker(entry: string, directory: string): Promise<string> {
  await wrangler(['deploy', entry, '--dry-run', '--outdir', directory, ...LOCAL])
  return join(directory, `${basename(entry, extname(entry))}.js`)
}

/** Brings the local database that lies in `state` up to date. */
export async function migrate(state: string): Promise<void> {
  await wrangler(['d1', 'migrations', 'apply', 'DB', '--local', '--persist-to', state, ...LOCAL])
}
