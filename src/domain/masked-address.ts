/** `ada@example.com` as `a***@example.com`: its owner knows it again, a bystander does not learn it. */
export function maskedAddress(address: string): string {
  const at = address.lastIndexOf('@')
  return `${address.slice(0, at > 1 ? 1 : 0)}***${address.slice(at)}`
}
