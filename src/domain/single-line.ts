/** Whether a text may stand in a header line: no control characters, no line or paragraph separators. */
export function isSingleLine(text: string): boolean {
  return !/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(text)
}
