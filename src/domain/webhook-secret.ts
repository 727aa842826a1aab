/** 24 bytes: base64 without padding, which one client's decoder insists on. */
export const SECRET_BYTES = 24

/** `whsec_` and the base64 of the key. Source: Standard Webhooks 1.0, "Symmetric". */
export function webhookSecret(random: Uint8Array): string {
  return `whsec_${btoa(String.fromCharCode(...random.subarray(0, SECRET_BYTES)))}`
}
