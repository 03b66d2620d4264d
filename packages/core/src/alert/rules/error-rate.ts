import * as z from 'zod'
import { durationMs, PositiveDurationField } from '../../config/duration-field.ts'
import { percent } from '../../words/percent.ts'
import { shortSha } from '../../words/short-sha.ts'
import { type RequestCounts, saidShare, saidWindow, share, signalCounts, type TrafficSignal } from '../said-share.ts'
import { defineRule, type RuleOptions, ruleFields } from './define-rule.ts'

/** What is usual is measured over this time, ended by the window the rule looks at. */
const usualMs = 24 * 3_600_000
/** Below this even a large multiple of the usual rate wakes nobody. */
const leastShare = 0.02
/** A firing alert resolves only below this part of its threshold, so that it does not flap around it. */
const resolveBelow = 0.8

/**
 * Fires when one service's share of bad requests in the window is above the rule's threshold: those that failed or
 * those that reported an error, whichever are more. Together they would count most faults twice.
 */
export const errorRate = defineRule({
  name: 'errorRate',
  word: (o: { over?: string; above?: number | string; minimumRequests?: number } & RuleOptions = {}) => ({
    rule: 'errorRate' as const,
    ...o,
  }),
  schema: z.strictObject({
    rule: z.literal('errorRate').describe('too large a share of requests fails or reports errors'),
    over: PositiveDurationField.default('5m').describe('length of the window looked at'),
    above: z
      .union([z.number().positive().max(1), z.string().regex(/^\d+(\.\d+)?x$/, 'expected a multiple such as 3x')])
      .default('3x')
      .describe('a share of requests (0.05), or a multiple of the usual rate (3x)'),
    minimumRequests: z.int().min(1).default(20).describe('below this nothing is concluded'),
    ...ruleFields,
  }),
  env: () => [],
  docs: {
    title: 'Too many errors',
    about: 'Fires when the share of failed requests and error events is above a share, or a multiple of the usual.',
    examples: [[], [{ over: '5m', above: 0.05 }]],
  },
  facts: ({ over, above }) => ({
    traffic: { overMs: durationMs(over), beforeMs: typeof above === 'number' ? null : usualMs },
  }),
  decide(rule, { traffic }, { release, open }) {
    const window = durationMs(rule.over)
    const asked = new Set([...traffic.map(({ service }) => service), ...open.flatMap(({ service }) => service ?? [])])
    const conditions = [...asked].map(service => {
      const { current, before } = traffic.find(each => each.service === service) ?? { current: none, before: none }
      const signal = worseSignal(current)
      const counts = signalCounts(current, signal)
      const threshold = thresholdOf(rule.above, share(signalCounts(before, worseSignal(before))))
      const isFiring = open.some(alert => alert.service === service && alert.state === 'firing')
      const isEnough = counts.trials >= rule.minimumRequests
      const population = release === null ? service : `${service} on ${shortSha(release)}`
      const said = `${saidShare(signal, population, counts)} in the last ${saidWindow(window)}`
      return {
        service,
        isTrue: isEnough && share(counts) > (isFiring ? threshold * resolveBelow : threshold),
        forMs: 0,
        summary: `${said}, above ${percent(threshold)}`,
      }
    })
    // What is in the window leaves it though nothing comes: that alone can raise the share, or end what fires.
    const isEmpty = open.length === 0 && traffic.every(({ current }) => current.requests + current.errors === 0)
    return { conditions, againInMs: isEmpty ? null : Math.min(15_000, Math.max(1_000, window / 20)) }
  },
})

const none: RequestCounts = { requests: 0, failures: 0, errors: 0 }

const worseSignal = ({ failures, errors }: RequestCounts): TrafficSignal => (errors > failures ? 'errors' : 'failures')

function thresholdOf(above: number | string, usual: number): number {
  if (typeof above === 'number') return above
  return Math.min(0.95, Math.max(leastShare, usual * Number.parseFloat(above)))
}
