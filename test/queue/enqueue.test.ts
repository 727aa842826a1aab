import { expect, test } from 'vitest'
import { type DueEmail, jobsFor } from '../../src/queue/enqueue.ts'

const NOW = Date.UTC(2026, 10, 24)
const HOUR = 3_600_000

function emails(count: number, fields: Partial<DueEmail> = {}): DueEmail[] {
  return Array.from({ length: count }, (_, n) => ({
    id: `0199aaaa-0000-7000-8000-${String(n).padStart(12, '0')}`,
    recipients: 1,
    priority: 'normal',
    dueAt: null,
    ...fields,
  }))
}

test('fifty emails share a job', () => {
  expect(jobsFor(emails(120), NOW).map(({ body }) => body.emails.length)).toEqual([50, 50, 20])
})

test('an email of high priority has a job of its own', () => {
  const jobs = jobsFor(emails(3, { priority: 'high' }), NOW)
  expect(jobs.map(({ body }) => [body.priority, body.emails.length])).toEqual(
    Array.from({ length: 3 }, () => ['high', 1]),
  )
})

test('priorities and delays do not mix', () => {
  const jobs = jobsFor(
    [
      ...emails(2),
      ...emails(2, { priority: 'bulk' }),
      ...emails(2, { dueAt: NOW + 1500 }),
      ...emails(2, { dueAt: NOW + 1999 }),
    ],
    NOW,
  )
  expect(
    jobs.map(({ body, delaySeconds }) => [body.priority, delaySeconds, body.emails.length]),
  ).toEqual([
    ['normal', 0, 2],
    ['bulk', 0, 2],
    ['normal', 2, 4],
  ])
})

test('a job comes no moment early, and not at all for what is due after twelve hours', () => {
  expect(jobsFor(emails(1, { dueAt: NOW + 1 }), NOW).map((job) => job.delaySeconds)).toEqual([1])
  expect(jobsFor(emails(1, { dueAt: NOW - HOUR }), NOW).map((job) => job.delaySeconds)).toEqual([0])
  expect(jobsFor(emails(1, { dueAt: NOW + 12 * HOUR }), NOW)).toHaveLength(1)
  expect(jobsFor(emails(1, { dueAt: NOW + 12 * HOUR + 1 }), NOW)).toEqual([])
})

test('a hundred ids with their counts stay far below what a queue takes', () => {
  const [job] = jobsFor(emails(50, { recipients: 50 }), NOW)
  expect(JSON.stringify(job?.body).length).toBeLessThan(4_000)
})
