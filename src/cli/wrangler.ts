import { spawn } from 'node:child_process'
import { join } from 'node:path'

/** Where package.json and wrangler.toml lie. */
export const projectDirectory = join(import.meta.dirname, '../..')

const WRANGLER = join(projectDirectory, 'node_modules/wrangler/bin/wrangler.js')

const QUIET = {
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
}

/** Runs the project's own wrangler and resolves to what it printed. Throws with its output when it fails. */
export async function wrangler(args: string[]): Promise<string> {
  // CI stands for nobody being there to answer a question.
  const child = spawn(process.execPath, [WRANGLER, ...args], {
    cwd: projectDirectory,
    env: { ...process.env, ...QUIET, CI: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const code = await ended(child)
  if (code === 0) return stdout
  throw new Error(`wrangler ${args.slice(0, 3).join(' ')} failed:\n${stdout}${stderr}`)
}

/** Runs it in the terminal of whoever called us; its exit code. */
export async function wranglerInTerminal(args: string[]): Promise<number | null> {
  const child = spawn(process.execPath, [WRANGLER, ...args], {
    cwd: projectDirectory,
    env: { ...process.env, ...QUIET },
    stdio: 'inherit',
  })
  return await ended(child)
}

function ended(child: ReturnType<typeof spawn>): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve(code))
  })
}
