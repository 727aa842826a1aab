import { BROADCAST_ROWS, exploreRow, HEADING, ROWS, rowOf } from './table.ts'

// The table of what the state machine guarantees, and the shortest way to a duplicate of each design.
const started = performance.now()
const stories: string[] = []
let states = 0
console.log(HEADING)
for (const row of [...Object.values(ROWS), ...Object.values(BROADCAST_ROWS)]) {
  const found = exploreRow(row)
  states += found.states
  console.log(rowOf(row, found))
  if (found.duplicate.length > 0) stories.push(`${row.design}: ${found.duplicate.join(', ')}`)
}
const seconds = ((performance.now() - started) / 1000).toFixed(1)
console.log(
  `\n${states} states in ${seconds} s: two workers, three attempts of one email, two of each in bulk`,
)
console.log(`\nHow each comes to send twice:\n${stories.join('\n')}`)
