import { createServer } from 'node:net'

const HOST = '127.0.0.1'

/** The port itself, or a free one for 0. Throws a sentence that says which flag to change when it is taken. */
export async function freePort(wanted: number, flag: string): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(`Port ${wanted} is taken. Give another one with ${flag}.`)
          : error,
      )
    })
    server.listen(wanted, HOST, () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : wanted
      server.close(() => resolve(port))
    })
  })
}
