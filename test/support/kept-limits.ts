import { afterEach } from 'vitest'
import { LimitError, takeBreaches } from './invocation.ts'

// A role may catch what a limit throws; the test fails all the same.
afterEach(() => {
  const breaches = takeBreaches()
  if (breaches.length > 0) throw new LimitError(breaches.join('; '))
})
