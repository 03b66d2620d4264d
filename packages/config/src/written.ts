import type { AdapterSettings } from '@gantry/core/config'

/** How the word is written in `gantry.config.ts`: `slack('#dev', { webhookUrlEnv: 'X' })`. */
export const written = ({ name }: Pick<AdapterSettings, 'name'>, said: readonly unknown[]): string =>
  `${name}(${said.map(literal).join(', ')})`

function literal(value: unknown): string {
  if (typeof value === 'string') return `'${value.replace(/[\\']/g, found => `\\${found}`)}'`
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (typeof value !== 'object' || value === null) return String(value)
  const fields = Object.entries(value).map(([key, inside]) => `${name(key)}: ${literal(inside)}`)
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`
}

const name = (key: string): string => (/^[A-Za-z_$][\w$]*$/.test(key) ? key : literal(key))
