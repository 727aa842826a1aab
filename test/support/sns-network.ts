import type { SnsFetch } from '../../src/aws/sns-fetch.ts'

export interface Network {
  /** Stands in for every outbound request; each is counted. */
  fetch: SnsFetch
  requests: string[]
  answers: Map<string, () => Response | Promise<Response>>
}

/** The world outside: only what a test put there answers, the rest is not to be reached. */
export function aNetwork(): Network {
  const requests: string[] = []
  const answers = new Map<string, () => Response | Promise<Response>>()
  return {
    requests,
    answers,
    async fetch(url, init) {
      requests.push(url)
      if (init.redirect !== 'manual') throw new Error('a redirect would be followed')
      if (!(init.signal instanceof AbortSignal))
        throw new Error('it would be waited for without end')
      const answer = answers.get(url) ?? answers.get(new URL(url).pathname)
      if (answer === undefined) throw new TypeError('cannot reach it')
      return answer()
    },
  }
}
