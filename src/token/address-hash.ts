import { createHmac } from 'node:crypto'

/** Of an address in normal form: it tells an erased person again, and nobody without the key. Hex. */
export function addressHash(address: string, key: string): string {
  return createHmac('sha256', key).update(address).digest('hex')
}
