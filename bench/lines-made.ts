import { join } from 'node:path'
import type { LogLevel, NewLine } from '@gantry/core'
import { openDayFiles } from '@gantry/lines'

const verbs = ['GET', 'POST', 'PUT', 'DELETE']
const words = [
  'checkout',
  'refund',
  'cart',
  'session',
  'invoice',
  'customer',
  'payment',
  'shipping',
  'catalogue',
  'search',
]

/** About 80 characters and five fields, as a logger writes it. */
export function benchLine(number: number): object {
  return {
    time: Date.now(),
    level: levelOf(number),
    service: serviceOf(number),
    msg: messageOf(number),
    ...fieldsOf(number),
  }
}

const levelOf = (number: number): LogLevel => (number % 50 === 0 ? 'error' : number % 9 === 0 ? 'warn' : 'info')
const serviceOf = (number: number): string => `service-${number % 8}`
const messageOf = (number: number): string =>
  `${verbs[number % 4]} ${words[number % 10]} answered after looking up ${words[(number * 7) % 10]} number ${number % 5_000} twice`
const fieldsOf = (number: number): NewLine['fields'] => ({
  ...{ status: number % 50 === 0 ? 503 : 200, ms: number % 900, requestId: `req-${number.toString(36)}` },
  ...{ region: `eu-${number % 3}`, user: `u${number % 20_000}` },
})

const together = 5_000
const hours = 20

/** Puts that many of them into the files of an empty data folder, over the last hours: by HTTP ten million take long. */
export async function putLines(home: string, project: string, count: number): Promise<void> {
  const folderOf = (name: string) => join(home, 'projects', name, 'lines')
  const store = openDayFiles({ dir: home, folderOf, now: () => new Date() })
  const until = Date.now()
  const at = (number: number) => new Date(until - (1 - number / count) * hours * 3_600_000).toISOString()
  for (let from = 0; from < count; from += together)
    await store.append(
      Array.from({ length: Math.min(together, count - from) }, (_, index): NewLine => {
        const number = from + index
        const about = { project, environment: 'production', release: null, service: serviceOf(number), trace: null }
        return {
          ...about,
          at: at(number),
          level: levelOf(number),
          message: messageOf(number),
          fields: fieldsOf(number),
        }
      }),
    )
  await store.close()
}
