import http from 'node:http'
import https from 'node:https'
import { onTestFinished, vi } from 'vitest'

/** An independent verifier asks AWS for the certificate; it is led to the simulator. */
export function certificatesFrom(simulatorUrl: string) {
  const get = vi
    .spyOn(https, 'get')
    .mockImplementation((url, _, callback) =>
      http.get(simulatorUrl + new URL(url).pathname, callback),
    )
  onTestFinished(() => get.mockRestore())
  return get
}
