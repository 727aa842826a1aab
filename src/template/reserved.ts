import type { Variables } from './scope.ts'

export const PIXEL_URL = 'AEROGRAM_PIXEL_URL'
/** Resend's two names for the same. */
export const UNSUBSCRIBE_URLS = ['RESEND_UNSUBSCRIBE_URL', 'UNSUBSCRIBE_URL'] as const

/** Our own variables of one recipient; they go over those that were uploaded for it. */
export function reservedVariables(ours: {
  pixelUrl: string | null
  unsubscribeUrl: string | null
}): Variables {
  return {
    [PIXEL_URL]: ours.pixelUrl,
    [UNSUBSCRIBE_URLS[0]]: ours.unsubscribeUrl,
    [UNSUBSCRIBE_URLS[1]]: ours.unsubscribeUrl,
  }
}
