import { expect, test } from 'vitest'
import { deliverTo, parseRecipientPolicy } from '../../src/domain/recipient-policy.ts'

const ADA = 'ada@customer.dev'

test.each([
  ['any', ADA, ADA],
  ['allow:customer.dev', ADA, ADA],
  ['allow:Customer.DEV', ADA, ADA],
  ['allow:other.dev,customer.dev', ADA, ADA],
  ['allow:other.dev', ADA, null],
  ['allow:dev', ADA, null],
  ['allow:customer.dev', 'ada@mail.customer.dev', null],
  ['allow:customer.dev', 'ada@notcustomer.dev', null],
  ['allow:ada@customer.dev', ADA, ADA],
  ['allow:ADA@customer.dev', ADA, ADA],
  ['allow:ada@customer.dev', 'bob@customer.dev', null],
  ['allow:ada@customer.dev', 'ada+tag@customer.dev', null],
  ['allow:ada@customer.dev,other.dev', 'bob@other.dev', 'bob@other.dev'],
  ['allow:,', ADA, null],
  ['redirect:inbox@ours.dev', ADA, 'inbox@ours.dev'],
  ['redirect:Inbox@Ours.dev', ADA, 'inbox@ours.dev'],
])('under %s mail for %s goes to %s', (setting, address, to) => {
  expect(deliverTo(parseRecipientPolicy(setting), address)).toBe(to)
})
