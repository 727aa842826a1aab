/** Of the header row: spreadsheets of half the world write semicolons. */
export function csvDelimiter(text: string): string {
  const [header = ''] = text.split('\n', 1)
  return [',', ';', '\t'].find((each) => header.includes(each)) ?? ','
}
