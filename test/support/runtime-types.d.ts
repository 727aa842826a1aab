/// <reference types="@cloudflare/vitest-plugin/types" />
import type { D1Migration } from 'cloudflare:test'

declare module 'vitest' {
  interface ProvidedContext {
    migrations: D1Migration[]
  }
}

declare global {
  interface ImportMeta {
    /** Variables of the caller's environment whose names begin with `VITE_`. */
    readonly env: Record<string, string | undefined>
    /** Modules by their paths, each loaded when it is asked for. */
    glob<Module>(patterns: string[]): Record<string, () => Promise<Module>>
  }
}
