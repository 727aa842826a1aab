import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { classifyOpen, OPEN_RULES } from '../../src/domain/open-class.ts'

const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36'
const GMAIL_AHEAD =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/42.0.2311.135 Safari/537.36 Edge/12.246 Mozilla/5.0'
const GMAIL_PROXY =
  'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)'
const YAHOO_PROXY = 'YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html'
const IPHONE_MAIL =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148'
const IPHONE_SAFARI =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Mobile/15E148 Safari/604.1'
const THUNDERBIRD = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.5.0'
const OUTLOOK =
  'Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; Trident/7.0; Microsoft Outlook 16.0.5413; ms-office; MSOffice 16)'

test.each([
  // SES's opinion, user agent, known robot, class
  ['Likely', CHROME, false, 'machine'],
  ['Likely', GMAIL_PROXY, true, 'machine'],
  ['Likely', THUNDERBIRD, false, 'machine'],
  ['Likely', undefined, false, 'machine'],
  ['Unlikely', CHROME, false, 'human'],
  ['Unlikely', IPHONE_SAFARI, false, 'human'],
  ['Unlikely', 'Mozilla/5.0', true, 'machine'],
  ['Unlikely', GMAIL_AHEAD, false, 'machine'],
  ['Unlikely', GMAIL_PROXY, true, 'proxy'],
  ['Unlikely', 'curl/8.5.0', true, 'machine'],
  ['Unlikely', undefined, false, 'unknown'],
  ['Unlikely', '  ', false, 'unknown'],
  [undefined, 'Mozilla/5.0', true, 'machine'],
  [undefined, 'Mozilla/5.0 ', true, 'machine'],
  [undefined, GMAIL_PROXY, true, 'proxy'],
  [undefined, YAHOO_PROXY, true, 'proxy'],
  [undefined, GMAIL_AHEAD, false, 'machine'],
  [undefined, 'Barracuda Sentinel (EE)', true, 'machine'],
  [undefined, THUNDERBIRD, false, 'human'],
  [undefined, OUTLOOK, false, 'human'],
  [undefined, IPHONE_MAIL, false, 'human'],
  [undefined, IPHONE_SAFARI, false, 'unknown'],
  [undefined, CHROME, false, 'unknown'],
  [undefined, undefined, false, 'unknown'],
  [undefined, '', false, 'unknown'],
  ['perhaps', CHROME, false, 'unknown'],
] as const)('SES says %s of "%s" (robot: %s): %s', (isBotEvent, userAgent, knownRobot, actor) => {
  const open = classifyOpen({ isBotEvent, userAgent, knownRobot })
  expect(open.actor).toBe(actor)
  expect(open.reason).toMatch(new RegExp(`^[^(]+ \\(rules ${OPEN_RULES}\\)$`))
})

test('what SES takes for a robot is a machine whatever it calls itself', () => {
  fc.assert(
    fc.property(fc.string(), fc.boolean(), (userAgent, knownRobot) => {
      const open = classifyOpen({ isBotEvent: 'Likely', userAgent, knownRobot })
      expect(open.actor).toBe('machine')
    }),
  )
})

test('a user agent alone never makes a person of an arbitrary text', () => {
  fc.assert(
    fc.property(fc.string(), (userAgent) => {
      const open = classifyOpen({ isBotEvent: undefined, userAgent, knownRobot: false })
      expect(open.actor).not.toBe('human')
    }),
  )
})
