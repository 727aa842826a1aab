import { expect, test } from 'vitest'
import { faultPlan } from '../src/simulator/faults.ts'
import { aSimulator } from './simulator/running.ts'
import { rows, section } from './support/readme.ts'

const local = section('The local stack')

test('every call to the simulator that the README names is one', async () => {
  const { url } = await aSimulator()
  const calls = rows(local)
    .map(([call = '']) => call.split(' '))
    .filter(([method = '']) => /^(GET|POST)$/.test(method))
  expect(calls).toHaveLength(8)
  const statuses = await Promise.all(
    calls.map(async ([method = '', path = '']) => {
      const { status } = await fetch(url + path, { method })
      return [path, status === 404 ? 'unknown' : 'known']
    }),
  )
  expect(statuses.filter(([, known]) => known === 'unknown')).toEqual([])
})

test('the README names every fault, and no other', () => {
  const named = /^Faults: (.*)\.$/m.exec(local)?.[1]?.replaceAll('`', '').split(', ')
  const known = faultPlan.shape.rules.element.options.map(({ shape }) => shape.fault.value)
  expect(named?.toSorted()).toEqual(known.toSorted())
})
