import { z } from 'zod'
import { type Random, seededRandom } from './random.ts'
import { EVENT_TYPES } from './ses/event.ts'

const chance = { p: z.number().min(0).max(1), times: z.number().int().positive().optional() }
const onCall = { ...chance, operation: z.string().min(1).optional() }
/** SES's name of an event type, such as `Send` or `Rendering Failure`. */
const onEvent = { ...chance, event: z.enum(EVENT_TYPES).optional() }
const status = z.number().int().min(400).max(599)
const delayMs = z.number().int().min(0).max(3_600_000)

const rule = z.discriminatedUnion('fault', [
  z.strictObject({ fault: z.literal('throttle'), ...onCall }),
  z.strictObject({ fault: z.literal('daily_quota'), ...onCall }),
  z.strictObject({ fault: z.literal('error_before'), status: status.default(500), ...onCall }),
  z.strictObject({ fault: z.literal('error_after'), status: status.default(500), ...onCall }),
  z.strictObject({ fault: z.literal('cut_before'), ...onCall }),
  z.strictObject({ fault: z.literal('cut_after'), ...onCall }),
  z.strictObject({ fault: z.literal('late'), delayMs, ...onCall }),
  z.strictObject({ fault: z.literal('half_json'), ...onCall }),
  z.strictObject({ fault: z.literal('empty_array'), ...onCall }),
  z.strictObject({ fault: z.literal('short_array'), ...onCall }),
  z.strictObject({
    fault: z.literal('entry_status'),
    status: z.string().regex(/^[A-Z_]{1,64}$/),
    /** SES took the email although its answer says otherwise. */
    accepted: z.boolean().default(false),
    ...onCall,
  }),
  z.strictObject({ fault: z.literal('event_lost'), ...onEvent }),
  z.strictObject({ fault: z.literal('event_double'), ...onEvent }),
  z.strictObject({ fault: z.literal('event_late'), delayMs, ...onEvent }),
  z.strictObject({ fault: z.literal('event_shuffle'), delayMs: delayMs.default(2000), ...onEvent }),
  z.strictObject({ fault: z.literal('sns_down'), ...chance }),
  z.strictObject({ fault: z.literal('sqs_down'), ...chance }),
  z.strictObject({ fault: z.literal('certificate_down'), ...chance }),
])
export type FaultRule = z.infer<typeof rule>

export const faultPlan = z.strictObject({
  seed: z.number().int().default(1),
  rules: z.array(rule).max(100),
})
export type FaultPlan = z.infer<typeof faultPlan>

export type CallFault = Extract<FaultRule, { fault: WholeCall }>
type WholeCall =
  | 'throttle'
  | 'daily_quota'
  | 'error_before'
  | 'error_after'
  | 'cut_before'
  | 'cut_after'
  | 'half_json'
  | 'empty_array'
  | 'short_array'
export interface EntryFault {
  status: string
  accepted: boolean
}
export interface CallFaults {
  /** The first that struck; one call misbehaves in one way. */
  whole: CallFault | null
  entries: EntryFault[]
  delayMs: number
}
export interface EventFaults {
  lost: boolean
  double: boolean
  delayMs: number
}

/** Misbehaviour on request: rules in the order given, all dice from one seed. */
export class Faults {
  #rules: { rule: FaultRule; left: number }[] = []
  random: Random = seededRandom(1)

  set(plan: FaultPlan): void {
    this.random = seededRandom(plan.seed)
    this.#rules = plan.rules.map((rule) => ({ rule, left: rule.times ?? Infinity }))
  }

  onCall(operation: string): CallFaults {
    const struck: CallFaults = { whole: null, entries: [], delayMs: 0 }
    for (const rule of this.#strike((rule) => concernsCall(rule, operation))) {
      if (rule.fault === 'late') struck.delayMs += rule.delayMs
      else if (rule.fault === 'entry_status')
        struck.entries.push({ status: rule.status, accepted: rule.accepted })
      else if (isWholeCall(rule)) struck.whole ??= rule
    }
    return struck
  }

  onEvent(type: string): EventFaults {
    const struck: EventFaults = { lost: false, double: false, delayMs: 0 }
    for (const rule of this.#strike((rule) => concernsEvent(rule, type))) {
      if (rule.fault === 'event_lost') struck.lost = true
      if (rule.fault === 'event_double') struck.double = true
      if (rule.fault === 'event_late') struck.delayMs += rule.delayMs
      if (rule.fault === 'event_shuffle') struck.delayMs += Math.floor(this.random() * rule.delayMs)
    }
    return struck
  }

  onNotification(): boolean {
    return [...this.#strike((rule) => rule.fault === 'sns_down')].length > 0
  }

  onQueue(): boolean {
    return [...this.#strike((rule) => rule.fault === 'sqs_down')].length > 0
  }

  onCertificate(): boolean {
    return [...this.#strike((rule) => rule.fault === 'certificate_down')].length > 0
  }

  *#strike(concerns: (rule: FaultRule) => boolean): Generator<FaultRule> {
    for (const entry of this.#rules) {
      if (entry.left === 0 || !concerns(entry.rule) || this.random() >= entry.rule.p) continue
      entry.left -= 1
      yield entry.rule
    }
  }
}

const BULK_ONLY = new Set(['entry_status', 'empty_array', 'short_array'])

function concernsCall(rule: FaultRule, operation: string): boolean {
  if (!isWholeCall(rule) && rule.fault !== 'late' && rule.fault !== 'entry_status') return false
  if (BULK_ONLY.has(rule.fault) && operation !== 'SendBulkEmail') return false
  // Without an operation a rule is about sending: what a fault run turns on must not break its own set-up.
  return rule.operation === undefined
    ? operation === 'SendEmail' || operation === 'SendBulkEmail'
    : rule.operation === operation
}

function concernsEvent(rule: FaultRule, type: string): boolean {
  return 'event' in rule && rule.event !== undefined
    ? rule.event === type
    : rule.fault.startsWith('event_')
}

const WHOLE_CALL: ReadonlySet<string> = new Set<WholeCall>([
  'throttle',
  'daily_quota',
  'error_before',
  'error_after',
  'cut_before',
  'cut_after',
  'half_json',
  'empty_array',
  'short_array',
])

function isWholeCall(rule: FaultRule): rule is CallFault {
  return WHOLE_CALL.has(rule.fault)
}
